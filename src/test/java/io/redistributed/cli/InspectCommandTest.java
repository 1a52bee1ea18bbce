package io.redistributed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class InspectCommandTest {

    private static final String HEADER = "00004bf92f3577b34da6a3ce929d000e47360134f067aa0ba902b70201";
    private static final String ENVELOPE_START = "f7524401";
    private static final String IDS = "00104bf92f3577b34da6a3ce929d000e4736010834f067aa0ba902b7020101";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    static Stream<Named<JsonNode>> vectors() throws IOException {
        try (InputStream json = InspectCommandTest.class.getResourceAsStream("/wire-vectors.json")) {
            return StreamSupport.stream(
                            new ObjectMapper().readTree(json).get("read").spliterator(), false)
                    .map(vector -> Named.of(vector.get("name").textValue(), vector));
        }
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void describesEachVector(JsonNode vector) {
        boolean traced = vector.has("context");

        int exitCode = inspect(vector.get("message").textValue());

        assertThat(exitCode).isEqualTo(traced ? 0 : 1);
        assertThat(line("format")).isEqualTo(vector.get("kind").textValue().toLowerCase(Locale.ROOT));
        int payload = vector.get("body").textValue().length() / 2;
        int offset = vector.get("message").textValue().length() / 2 - payload;
        assertThat(line("payload")).isEqualTo(payload + " bytes from byte " + offset);
        JsonNode context = vector.path("context");
        assertThat(line("trace id")).isEqualTo(context.path("traceId").textValue());
        assertThat(line("span id")).isEqualTo(context.path("spanId").textValue());
        assertThat(line("sampled")).isEqualTo(traced ? context.get("sampled").asBoolean() ? "yes" : "no" : null);
        assertThat(line("message id")).isEqualTo(context.path("messageId").textValue());
        assertThat(line("published at") == null).isEqualTo(!context.has("publishedAtMicros"));
        for (JsonNode member : context.path("traceState")) {
            assertThat(out.toString())
                    .contains(member.get(0).textValue() + " = " + member.get(1).textValue());
        }
        for (JsonNode member : context.path("baggage")) {
            assertThat(out.toString())
                    .contains(member.get("key").textValue() + " = "
                            + Printable.of(member.get("value").textValue()));
        }
        assertThat(line("because") == null).isEqualTo(traced);
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void printsEnvelope() {
        String state = HexFormat.of().formatHex("rojo=1".getBytes(StandardCharsets.US_ASCII));
        String baggage = HexFormat.of().formatHex("user=Am%C3%A9lie".getBytes(StandardCharsets.US_ASCII));
        String fields = IDS + "03080006474846222240" + "0406" + state + "0510" + baggage + "0610"
                + "0123456789abcdef8899aabbccddeeff" + "0702cafe";

        inspect(ENVELOPE_START + "%02x".formatted(fields.length() / 2) + fields + "6869");

        assertThat(out.toString().lines()).containsExactly("""
                format        envelope
                trace id      4bf92f3577b34da6a3ce929d000e4736
                span id       34f067aa0ba902b7
                sampled       yes
                published at  2026-01-01T00:00:00.123456Z
                message id    01234567-89ab-cdef-8899-aabbccddeeff
                tracestate    rojo = 1
                baggage       user = Amélie
                skipped       field 7, 2 bytes
                payload       2 bytes from byte 94
                              hi""".split("\n"));
    }

    @Test
    void reportsDroppedTracestate() {
        inspect(ENVELOPE_START + "24" + IDS + "0403613de9");

        assertThat(line("tracestate")).isEqualTo("dropped: not a W3C tracestate of at most 512 bytes");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                HEADER + "6869",
                "0x" + HEADER + "6869",
                "00:00:4B:F9:2F:35:77:B3:4D:A6:A3:CE:92:9D:00:0E:47:36:01:34:F0:67:AA:0B:A9:02:B7:02:01:68:69",
                "00004bf9 2f3577b3 4da6a3ce 929d000e 47360134 f067aa0b a902b702 01 68 69\n",
                "AABL+S81d7NNpqPOkp0ADkc2ATTwZ6oLqQK3AgFoaQ==",
                "AABL-S81d7NNpqPOkp0ADkc2ATTwZ6oLqQK3AgFoaQ",
                "\"\\x00\\x00K\\xf9/5w\\xb3M\\xa6\\xa3\\xce\\x92\\x9d\\x00\\x0eG6\\x014\\xf0g\\xaa\\x0b\\xa9\\x02\\xb7\\x02\\x01hi\"",
                "\\x00\\x00K\\xf9/5w\\xb3M\\xa6\\xa3\\xce\\x92\\x9d\\x00\\x0eG6\\x014\\xf0g\\xaa\\x0b\\xa9\\x02\\xb7\\x02\\x01hi",
            })
    void readsHexBase64AndRedisCliOutput(String message) {
        assertThat(inspect(message)).isZero();
        assertThat(line("trace id")).isEqualTo("4bf92f3577b34da6a3ce929d000e4736");
        assertThat(out.toString()).endsWith("hi" + System.lineSeparator());
    }

    @Test
    void decodesRedisCliEscapes() {
        assertThat(MessageText.parse("\"\\n\\r\\t\\a\\b\\\"\\\\\\x7f é\""))
                .isEqualTo("\n\r\t\u0007\b\"\\\u007f é".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void readsRawStandardInput() {
        byte[] message = HexFormat.of().parseHex(HEADER + "0d0a00ff0a");
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(message));
        try {
            assertThat(inspect("-")).isZero();
        } finally {
            System.setIn(before);
        }
        assertThat(line("payload")).isEqualTo("5 bytes from byte 29");
        assertThat(out.toString()).contains("0d 0a 00 ff 0a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc!", "a", "\\q", "\"\\x0\"", "\"a\\"})
    void rejectsInvalidMessageInOneLine(String message) {
        assertThat(inspect(message)).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString().lines().findFirst()).get().asString().startsWith("'");
    }

    @Test
    void escapesPayload() {
        inspect(base64("\u001b[2J\r\nformat        binary\u0007\u202e\u009b"));

        assertThat(out.toString())
                .endsWith("              \\u001b[2J\\u000d\\u000aformat        binary\\u0007\\u202e\\u009b"
                        + System.lineSeparator());
    }

    @Test
    void escapesBaggage() {
        String baggage = HexFormat.of().formatHex("a=%1B[2J%0Ab".getBytes(StandardCharsets.US_ASCII));

        inspect(ENVELOPE_START + "2d" + IDS + "050c" + baggage);

        assertThat(line("baggage")).isEqualTo("a = \\u001b[2J\\u000ab");
    }

    @Test
    void truncatesLongPayload() {
        inspect(base64("x" + "é".repeat(1_000)));

        assertThat(out.toString()).endsWith(" x" + "é".repeat(127) + " ..." + System.lineSeparator());
    }

    private int inspect(String message) {
        return new CommandLine(new InspectCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute("--", message);
    }

    /** Returns the first value of that name; null if absent. */
    private String line(String name) {
        return out.toString()
                .lines()
                .filter(line -> line.startsWith("%-13s ".formatted(name)))
                .map(line -> line.substring(14))
                .findFirst()
                .orElse(null);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
