package io.redistributed.generate;

import io.vertx.core.buffer.Buffer;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A finished report. Handed over by reference within the process, never copied.
 *
 * @param body the bytes of the report
 * @param contentType its media type, for example {@code application/json}; printable ASCII, as it becomes a header
 */
public record GeneratedContent(Buffer body, String contentType) {

    private static final Pattern PRINTABLE = Pattern.compile("[\\x20-\\x7E]+");

    /** Fails with an {@link IllegalArgumentException} if the media type cannot be sent as a header. */
    public GeneratedContent {
        Objects.requireNonNull(body, "body");
        Objects.requireNonNull(contentType, "contentType");
        if (!PRINTABLE.matcher(contentType).matches()) {
            throw new IllegalArgumentException("contentType: must be printable ASCII, such as text/csv; charset=utf-8");
        }
    }
}
