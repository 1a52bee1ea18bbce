package io.redistributed.generate;

import io.vertx.core.buffer.Buffer;

/**
 * A finished report, the generator's reply. Handed over by reference within the process, never copied.
 *
 * @param body the bytes of the report
 * @param contentType its media type, for example {@code application/json}
 */
public record GeneratedContent(Buffer body, String contentType) {}
