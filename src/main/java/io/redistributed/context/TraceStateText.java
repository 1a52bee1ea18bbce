package io.redistributed.context;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.TraceStateBuilder;
import java.util.regex.Pattern;

/**
 * Formats and parses tracestate as its W3C header. An invalid tracestate is dropped as a whole. OpenTelemetry's parsers
 * differ between languages in blanks and empty members, so this follows the rules of {@code docs/wire-format.md}.
 */
final class TraceStateText {

    /** Limit in bytes, the minimum that W3C requires to propagate. */
    static final int MAX_LENGTH = 512;

    private static final Pattern KEY =
            Pattern.compile("[a-z][a-z0-9_*/-]*+|[a-z0-9][a-z0-9_*/-]{0,240}@[a-z][a-z0-9_*/-]{0,13}");

    private static final byte[] NOTHING = {};

    private TraceStateText() {}

    /** Returns the header; empty if there is nothing to write or readers would drop it. */
    static byte[] write(TraceState traceState) {
        if (traceState.isEmpty()) {
            return NOTHING;
        }
        StringBuilder text = new StringBuilder();
        traceState.forEach((key, value) ->
                text.append(text.isEmpty() ? "" : ",").append(key).append('=').append(value));
        byte[] bytes = text.toString().getBytes(US_ASCII);
        return parse(bytes).isEmpty() ? NOTHING : bytes;
    }

    /** Parses a header; empty if {@code text} is too long or invalid. */
    static TraceState parse(byte[] text) {
        if (text.length > MAX_LENGTH) {
            return TraceState.getDefault();
        }
        String[] members = new String(text, ISO_8859_1).split(",");
        TraceStateBuilder builder = TraceState.builder();
        int count = 0;
        // The builder prepends each new member.
        for (int i = members.length - 1; i >= 0; i--) {
            String member = AsciiText.trim(members[i]);
            int equals = member.indexOf('=');
            // OpenTelemetry's builder accepts vendors that begin with a digit.
            if (equals >= 0 && KEY.matcher(member.substring(0, equals)).matches()) {
                builder.put(member.substring(0, equals), member.substring(equals + 1));
            }
            count += member.isEmpty() ? 0 : 1;
        }
        TraceState traceState = builder.build();
        // The builder drops invalid, repeated and excess members.
        return traceState.size() == count ? traceState : TraceState.getDefault();
    }
}
