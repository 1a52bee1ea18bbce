package io.redistributed.context;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.BaggageBuilder;
import io.opentelemetry.api.baggage.BaggageEntry;
import io.opentelemetry.api.baggage.BaggageEntryMetadata;
import java.util.Map;
import java.util.TreeMap;

/**
 * Formats and parses baggage as its W3C header. An invalid member is dropped. OpenTelemetry's parsers differ between
 * languages in escapes, blanks and repeated keys, so this follows the rules of {@code docs/wire-format.md}.
 */
final class BaggageText {

    /** Limit in bytes. */
    static final int MAX_LENGTH = 8192;

    private static final int MAX_MEMBERS = 64;
    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";
    private static final byte[] NOTHING = {};

    private BaggageText() {}

    /** Returns the header; empty if there is nothing to write. */
    static byte[] write(Baggage baggage) {
        if (baggage.isEmpty()) {
            return NOTHING;
        }
        StringBuilder text = new StringBuilder();
        int count = 0;
        for (Map.Entry<String, BaggageEntry> entry : new TreeMap<>(baggage.asMap()).entrySet()) {
            String member = member(entry.getKey(), entry.getValue());
            int separator = count == 0 ? 0 : 1;
            if (!member.isEmpty() && text.length() + separator + member.length() <= MAX_LENGTH) {
                text.append(separator == 0 ? "" : ",").append(member);
                if (++count == MAX_MEMBERS) {
                    break;
                }
            }
        }
        return text.toString().getBytes(US_ASCII);
    }

    /** Returns one member; empty if it cannot be written. */
    private static String member(String key, BaggageEntry entry) {
        String value = PercentCode.encode(entry.getValue());
        if (value == null || !isToken(key)) {
            return "";
        }
        String metadata = AsciiText.trim(entry.getMetadata().getValue());
        // A comma would start another member.
        boolean hasMetadata = !metadata.isEmpty() && metadata.indexOf(',') < 0 && AsciiText.isPrintable(metadata);
        return key + '=' + value + (hasMetadata ? ';' + metadata : "");
    }

    /** Parses a header without its invalid members; empty if {@code text} is too long. */
    static Baggage parse(byte[] text) {
        if (text.length > MAX_LENGTH) {
            return Baggage.empty();
        }
        BaggageBuilder baggage = Baggage.builder();
        int count = 0;
        for (String part : new String(text, ISO_8859_1).split(",")) {
            String member = AsciiText.trim(part);
            if (!member.isEmpty()) {
                if (++count > MAX_MEMBERS) {
                    break;
                }
                put(member, baggage);
            }
        }
        return baggage.build();
    }

    private static void put(String member, BaggageBuilder baggage) {
        int semicolon = member.indexOf(';');
        String pair = semicolon < 0 ? member : member.substring(0, semicolon);
        String metadata = semicolon < 0 ? "" : AsciiText.trim(member.substring(semicolon + 1));
        int equals = pair.indexOf('=');
        if (equals < 0 || !AsciiText.isPrintable(metadata)) {
            return;
        }
        String key = AsciiText.trim(pair.substring(0, equals));
        String value = PercentCode.decode(AsciiText.trim(pair.substring(equals + 1)));
        if (value != null && isToken(key)) {
            baggage.put(key, value, BaggageEntryMetadata.create(metadata));
        }
    }

    private static boolean isToken(String key) {
        return !key.isEmpty()
                && key.chars().allMatch(c -> PercentCode.isLetterOrDigit(c) || TOKEN_MARKS.indexOf(c) >= 0);
    }
}
