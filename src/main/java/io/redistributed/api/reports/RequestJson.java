package io.redistributed.api.reports;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.redistributed.api.http.ProblemException;
import io.redistributed.settings.ParseErrors;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Reads request bodies as JSON (RFC 8259) in UTF-8, with or without a byte order mark. Rejects duplicate keys and halves of
 * surrogate pairs.
 */
final class RequestJson {

    private static final ObjectReader READER = JsonMapper.builder(JsonFactory.builder()
                    // The limit of the body applies: an input is one string.
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(Integer.MAX_VALUE)
                            .build())
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .readerFor(Object.class);

    private RequestJson() {}

    /**
     * Returns a {@link JsonObject}, {@link JsonArray}, string, number or boolean; null for null and for an empty body.
     *
     * @param hint appended to the error: what the client may have intended
     * @throws ProblemException (400) that says what is wrong and where
     */
    @SuppressWarnings("unchecked")
    static Object read(Buffer body, String hint) {
        if (body.length() == 0) {
            return null;
        }
        byte[] bytes = body.getBytes();
        if (isUtf16Or32(bytes)) {
            throw new ProblemException(400, "the body is JSON in UTF-16 or UTF-32; send it in UTF-8");
        }
        try {
            Object value = READER.readValue(bytes);
            checkText(value);
            if (value instanceof Map<?, ?> object) {
                return new JsonObject((Map<String, Object>) object);
            }
            return value instanceof List<?> array ? new JsonArray(array) : value;
        } catch (JsonProcessingException e) {
            throw new ProblemException(400, "the body is not JSON: " + ParseErrors.text(e) + hint);
        } catch (IOException e) {
            throw new ProblemException(400, "the body is not JSON: " + e.getMessage() + hint);
        }
    }

    /** Rejects half of a surrogate pair, which would be encoded as a question mark. The parser rejects it in names. */
    private static void checkText(Object value) {
        String half = halfOfPair(value);
        if (half != null) {
            throw new ProblemException(
                    400,
                    (half.startsWith(".") ? half.substring(1) : half)
                            + " is half of a surrogate pair, which UTF-8 cannot encode");
        }
    }

    /** Returns the path of the first half of a surrogate pair and what it is; null if there is none. */
    private static String halfOfPair(Object value) {
        if (value instanceof String text) {
            int at = indexOfHalf(text);
            return at < 0 ? null : ": \\u" + Integer.toHexString(text.charAt(at)) + " at character " + (at + 1);
        } else if (value instanceof Map<?, ?> object) {
            for (Map.Entry<?, ?> member : object.entrySet()) {
                String half = halfOfPair(member.getValue());
                if (half != null) {
                    return "." + member.getKey() + half;
                }
            }
        } else if (value instanceof List<?> array) {
            for (int i = 0; i < array.size(); i++) {
                String half = halfOfPair(array.get(i));
                if (half != null) {
                    return "[" + i + "]" + half;
                }
            }
        }
        return null;
    }

    private static int indexOfHalf(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (!Character.isSupplementaryCodePoint(text.codePointAt(i))) {
                    return i;
                }
                i++;
            }
        }
        return -1;
    }

    /** JSON of two or more characters starts with two ASCII characters or a byte order mark. */
    private static boolean isUtf16Or32(byte[] bytes) {
        if (bytes.length < 2) {
            return false;
        }
        boolean isMarked = (bytes[0] & 0xFF) == 0xFE && (bytes[1] & 0xFF) == 0xFF
                || (bytes[0] & 0xFF) == 0xFF && (bytes[1] & 0xFF) == 0xFE;
        return isMarked || bytes[0] == 0 || bytes[1] == 0;
    }
}
