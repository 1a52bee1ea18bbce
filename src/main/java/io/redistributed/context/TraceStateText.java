package io.redistributed.context;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.TraceStateBuilder;
import java.util.regex.Pattern;

/**
 * Tracestate as the text of its W3C header. One fault drops all of it. OpenTelemetry's own parsers differ between
 * languages in blanks and empty members, so the rules are those of {@code docs/wire-format.md}.
 */
final class TraceStateText {

    /** In bytes; what W3C asks to propagate at least. */
    static final int MAX_LENGTH = 512;

    private static final Pattern KEY =
            Pattern.compile("[a-z][a-z0-9_*/-]*+|[a-z0-9][a-z0-9_*/-]{0,240}@[a-z][a-z0-9_*/-]{0,13}");

    private static final byte[] NOTHING = {};

    private TraceStateText() {}

    /** Empty if there is nothing to write, or too much. */
    static byte[] write(TraceState traceState) {
        if (traceState.isEmpty()) {
            return NOTHING;
        }
        StringBuilder text = new StringBuilder();
        traceState.forEach((key, value) ->
                text.append(text.isEmpty() ? "" : ",").append(key).append('=').append(value));
        return text.length() > MAX_LENGTH ? NOTHING : text.toString().getBytes(US_ASCII);
    }

    /** Empty if {@code text} is too long or not a tracestate. */
    static TraceState parse(byte[] text) {
        if (text.length > MAX_LENGTH) {
            return TraceState.getDefault();
        }
        String[] members = new String(text, ISO_8859_1).split(",");
        TraceStateBuilder builder = TraceState.builder();
        int count = 0;
        // The builder puts each new member in front.
        for (int i = members.length - 1; i >= 0; i--) {
            String member = AsciiText.trim(members[i]);
            int equals = member.indexOf('=');
            // OpenTelemetry's builder takes vendors that begin with a digit.
            if (equals >= 0 && KEY.matcher(member.substring(0, equals)).matches()) {
                builder.put(member.substring(0, equals), member.substring(equals + 1));
            }
            count += member.isEmpty() ? 0 : 1;
        }
        TraceState traceState = builder.build();
        // The builder leaves out members that are not valid, repeated, or too many.
        return traceState.size() == count ? traceState : TraceState.getDefault();
    }
}
