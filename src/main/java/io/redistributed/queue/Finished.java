package io.redistributed.queue;

import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/**
 * Holds the reply to an outcome.
 *
 * @param stale whether the worker had lost the report, and nothing was written
 * @param next message of the worker's next report
 */
public record Finished(boolean stale, Optional<Buffer> next) {}
