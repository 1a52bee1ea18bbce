package io.redistributed.queue;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * Reads the record of a report, which {@code record.lua} describes. Every method fails with an {@link
 * IllegalArgumentException} that names the damaged value.
 */
final class StoredReport {

    /** Values before those of {@code finish}. */
    private static final int HEAD_AND_CHANGES = 3;

    private final List<Object> values;

    private StoredReport(List<Object> values) {
        this.values = values;
    }

    /** @param record the whole value of its key */
    static StoredReport of(byte[] record) {
        StoredReport report = new StoredReport(MessagePackReader.read(record));
        if (report.values.size() != HEAD_AND_CHANGES && report.values.size() != 2 * HEAD_AND_CHANGES) {
            throw new IllegalArgumentException("not the record of a report");
        }
        return report;
    }

    /** Returns the block of {@code submit}, perhaps without its message. Those of earlier builds have the id. */
    Fields request() {
        return map(0, "request");
    }

    String created() {
        return new Fields(Collections.singletonMap("created", values.get(1))).required("created");
    }

    /** Returns what changes: state, attempt and so on. */
    Fields changes() {
        return map(2, "changes");
    }

    boolean isDone() {
        return values.size() > HEAD_AND_CHANGES;
    }

    /** Returns the block of {@code finish}, of a report that is done, perhaps without its id, attempt and span. */
    Fields outcome() {
        return map(HEAD_AND_CHANGES, "outcome");
    }

    /** Returns when a report that is done has ended. */
    Object ended() {
        return values.get(4);
    }

    /** Returns the result of a report that is done; null if it has a key of its own. */
    Buffer result() {
        return values.get(5) instanceof byte[] result ? Buffer.buffer(result) : null;
    }

    /** Returns the size of the result of a report that is done. */
    long size() {
        Buffer result = result();
        return result != null ? result.length() : Fields.number("size", values.get(5), Long.MAX_VALUE);
    }

    private Fields map(int place, String name) {
        return new Fields(Fields.map(name, values.get(place)));
    }

    /** A map of the record. */
    record Fields(Map<String, Object> values) {

        /** Returns null if the field is absent. */
        String text(String field) {
            Object value = values.get(field);
            if (value != null && !(value instanceof byte[])) {
                throw new IllegalArgumentException(field + ": '" + value + "' is not text");
            }
            return value == null ? null : new String((byte[]) value, StandardCharsets.UTF_8);
        }

        /** Returns an empty text if the field is absent. */
        String textOrEmpty(String field) {
            String text = text(field);
            return text == null ? "" : text;
        }

        String required(String field) {
            String text = text(field);
            if (text == null) {
                throw new IllegalArgumentException(field + " is missing");
            }
            return text;
        }

        /** Returns null if the field is absent. */
        Long number(String field, long most) {
            Object value = values.get(field);
            return value == null ? null : number(field, value, most);
        }

        /** Returns an empty map if the field is absent. */
        Fields map(String field) {
            return new Fields(values.get(field) == null ? Map.of() : map(field, values.get(field)));
        }

        static long number(String field, Object value, long most) {
            if (value instanceof Long number && number >= 0 && number <= most) {
                return number;
            }
            String found =
                    value instanceof byte[] text ? new String(text, StandardCharsets.UTF_8) : String.valueOf(value);
            throw new IllegalArgumentException(field + ": '" + found + "' is not a whole number from 0 to " + most);
        }

        @SuppressWarnings("unchecked") // as the reader makes it
        private static Map<String, Object> map(String field, Object value) {
            if (value instanceof Map<?, ?>) {
                return (Map<String, Object>) value;
            }
            throw new IllegalArgumentException(field + " is not a map");
        }
    }
}
