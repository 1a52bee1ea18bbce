package io.redistributed.export.otlp;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.math.BigDecimal;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * Parses single values of <a href="https://protobuf.dev/programming-guides/json/">ProtoJSON</a> from the text of a JSON number or string. Returns null for invalid text.
 */
final class ProtoJson {

    /** Longer texts are not 64-bit numbers and slow to parse. */
    private static final int MAX_LENGTH = 400;

    /** Digits of the greatest 64-bit number; a larger exponent would expand to a huge number. */
    private static final int MAX_DIGITS = 20;

    private static final Pattern NUMBER = Pattern.compile("-?\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d{1,9})?");

    private ProtoJson() {}

    /** Returns an Integer or a Long, depending on the type of the field; unsigned values wrap around. Allows exponents. */
    static Object integer(String text, FieldDescriptor field) {
        return switch (field.getType()) {
            case FIXED64, UINT64 -> {
                BigDecimal number = whole(text);
                yield number == null
                                || number.signum() < 0
                                || number.toBigInteger().bitLength() > Long.SIZE
                        ? null
                        : (Object) number.longValue();
            }
            case FIXED32, UINT32 -> {
                Long number = integer(text);
                yield number == null || number < 0 || number >>> Integer.SIZE != 0 ? null : (Object) number.intValue();
            }
            case INT32, SINT32, SFIXED32 -> {
                Long number = integer(text);
                yield number == null || number != number.intValue() ? null : (Object) number.intValue();
            }
            default -> integer(text);
        };
    }

    static Long integer(String text) {
        BigDecimal number = whole(text);
        return number == null || number.toBigInteger().bitLength() >= Long.SIZE ? null : (Long) number.longValue();
    }

    private static BigDecimal whole(String text) {
        if (text.length() > MAX_LENGTH || !NUMBER.matcher(text).matches()) {
            return null;
        }
        BigDecimal number = new BigDecimal(text).stripTrailingZeros();
        return number.scale() <= 0 && number.precision() - number.scale() <= MAX_DIGITS ? number : null;
    }

    static Double decimal(String text) {
        switch (text) {
            case "NaN":
                return Double.NaN;
            case "Infinity":
                return Double.POSITIVE_INFINITY;
            case "-Infinity":
                return Double.NEGATIVE_INFINITY;
            default:
                if (text.length() > MAX_LENGTH || !NUMBER.matcher(text).matches()) {
                    return null;
                }
                Double number = Double.valueOf(text);
                return number.isInfinite() ? null : number;
        }
    }

    /** Decodes standard or URL-safe base64, with or without padding. */
    static ByteString base64(String text) {
        try {
            return ByteString.copyFrom(
                    Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/')));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Decodes hex digits of either case. */
    static ByteString hex(String text) {
        try {
            return ByteString.copyFrom(HexFormat.of().parseHex(text));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Replaces lone surrogates by U+FFFD, because neither UTF-8 nor JSON can represent them. */
    static String wellFormed(String text) {
        StringBuilder mended = null;
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (!Character.isSurrogate(unit)) {
                continue;
            }
            if (Character.isHighSurrogate(unit)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else {
                mended = mended == null ? new StringBuilder(text) : mended;
                mended.setCharAt(i, '\uFFFD');
            }
        }
        return mended == null ? text : mended.toString();
    }
}
