package io.redistributed.generate;

import io.vertx.core.buffer.Buffer;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A finished report. Passed by reference within the process, never copied.
 *
 * @param body the bytes of the report
 * @param contentType media type, such as {@code application/json}; printable ASCII, because it becomes a header
 */
public record GeneratedContent(Buffer body, String contentType) {

    private static final Pattern PRINTABLE = Pattern.compile("[\\x20-\\x7E]+");

    /** Throws an {@link IllegalArgumentException} if the media type cannot be sent as a header. */
    public GeneratedContent {
        Objects.requireNonNull(body, "body");
        Objects.requireNonNull(contentType, "contentType");
        if (!PRINTABLE.matcher(contentType).matches()) {
            throw new IllegalArgumentException("contentType: must be printable ASCII, such as text/csv; charset=utf-8");
        }
    }
}
