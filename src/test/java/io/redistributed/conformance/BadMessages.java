package io.redistributed.conformance;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Messages on a worker's channel that the queue did not send. */
final class BadMessages {

    /** The report that none of them may make. */
    static final String ID = "0-f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0";

    private static final int HUGE = 4 << 20;
    private static final int DEEP = 200_000;

    private BadMessages() {}

    static JsonObject message(String journal, long sequence) {
        return new JsonObject()
                .put("sequence", sequence)
                .put("id", ID)
                .put("attempt", 1)
                .put("type", "conformance")
                .put("parameters", new JsonObject().put("journal", journal));
    }

    static List<byte[]> all(String journal) {
        List<byte[]> messages = new ArrayList<>();
        for (String text :
                List.of("", "hello", "{", "{}", "[]", "[1]", "null", "1e999", "\"text\"", "{\"sequence\":")) {
            messages.add(text.getBytes(StandardCharsets.UTF_8));
        }
        messages.add("[".repeat(DEEP).getBytes(StandardCharsets.UTF_8));
        messages.add(new byte[HUGE]);
        // Headers: an envelope cut short, one whose fields are too long, one of another version, ids of zeros, two at
        // once.
        for (String header : List.of("f7524401", "f75244011f0010", "f752440203010203", "0000" + "00".repeat(27))) {
            byte[] bytes = HexFormat.of().parseHex(header);
            messages.add(bytes);
            messages.add(join(bytes, message(journal, 1)));
        }
        // Numbers that are those of no worker, or of another.
        for (long sequence : List.of(0L, -1L, 1L, 1L << 39, 1L << 41, (1L << 53) + 1, Long.MAX_VALUE)) {
            messages.add(join(new byte[0], message(journal, sequence)));
        }
        for (String field : List.of("sequence", "id", "attempt", "type", "parameters")) {
            JsonObject without = message(journal, 1);
            without.remove(field);
            messages.add(join(new byte[0], without));
            for (Object wrong :
                    new Object[] {null, "1", 1.5, true, -1, new JsonArray(), new JsonObject().put("a", 1)}) {
                messages.add(join(new byte[0], message(journal, 1).put(field, wrong)));
            }
        }
        for (String field : List.of("input", "timeout", "previous", "version")) {
            for (Object wrong : new Object[] {"x", -1, new JsonArray(), 1e300}) {
                messages.add(join(new byte[0], message(journal, 1).put(field, wrong)));
            }
        }
        byte[] badText = join(new byte[0], message(journal, 1));
        badText[badText.length / 2] = (byte) 0xff;
        messages.add(badText);
        return messages;
    }

    private static byte[] join(byte[] header, JsonObject body) {
        byte[] json = body.toBuffer().getBytes();
        byte[] message = new byte[header.length + json.length];
        System.arraycopy(header, 0, message, 0, header.length);
        System.arraycopy(json, 0, message, header.length, json.length);
        return message;
    }
}
