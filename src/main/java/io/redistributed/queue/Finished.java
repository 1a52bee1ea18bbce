package io.redistributed.queue;

import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/**
 * Redis' answer to an outcome.
 *
 * @param stale the report was no longer the worker's: nothing was written
 * @param next the worker's next report, as it would have been published
 */
public record Finished(boolean stale, Optional<Buffer> next) {}
