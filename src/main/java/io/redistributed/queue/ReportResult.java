package io.redistributed.queue;

import io.vertx.core.buffer.Buffer;

/**
 * What a done report came to.
 *
 * @param contentType its media type
 */
public record ReportResult(Buffer body, String contentType) {}
