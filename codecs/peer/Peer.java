import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.redistributed.context.DecodedMessage;
import io.redistributed.context.MessageContext;
import io.redistributed.context.TraceCodec;
import io.redistributed.context.WireFormat;
import io.redistributed.pubsub.ChannelPolicies;
import io.redistributed.pubsub.ChannelPolicy;
import io.redistributed.pubsub.PublishOperation;
import io.redistributed.pubsub.RedisPubSubTelemetry;
import io.redistributed.pubsub.Relation;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.StringJoiner;
import java.util.TreeMap;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * The Java library as a program, for the tests of the other codecs:
 * {@code java -cp target/redistributed.jar codecs/peer/Peer.java COMMAND}.
 *
 * <pre>
 * generate SEED COUNT                prints messages in hex, many of them with faults
 * canon                              prints what it reads in the messages of standard input
 * publish PORT CHANNEL FORMAT BODY   publishes with baggage user=Amélie; prints trace id and span id of the PRODUCER span
 * listen PORT CHANNEL COUNT          prints "ready", then of each message trace id and parent's span id of the CONSUMER
 *                                    span, value of the baggage user, and body in hex
 * </pre>
 */
public final class Peer {

    private static final HexFormat HEX = HexFormat.of();
    private static final PrintStream OUT = new PrintStream(System.out, true, UTF_8);

    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "generate" -> new Generator(Long.parseLong(args[1])).print(Integer.parseInt(args[2]));
            case "canon" -> canon();
            case "publish" -> publish(Integer.parseInt(args[1]), args[2], WireFormat.valueOf(args[3]), args[4]);
            case "listen" -> listen(Integer.parseInt(args[1]), args[2], Integer.parseInt(args[3]));
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    private static void canon() throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        StringBuilder out = new StringBuilder();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            out.append(canon(TraceCodec.decode(HEX.parseHex(line)))).append('\n');
        }
        OUT.print(out);
        OUT.flush();
    }

    private static String canon(DecodedMessage message) {
        Span span = Span.wrap(message.spanContext());
        StringJoiner traceState = new StringJoiner(",");
        span.getSpanContext().getTraceState().forEach((key, value) -> traceState.add(key + '=' + value));
        StringJoiner baggage = new StringJoiner(",");
        new TreeMap<>(message.baggage().asMap())
                .forEach((key, entry) -> baggage.add(key + '='
                        + HEX.formatHex(entry.getValue().getBytes(UTF_8)) + ';'
                        + entry.getMetadata().getValue()));
        MessageContext context = new MessageContext(
                message.spanContext(), message.baggage(), message.publishedAtMicros(), message.messageId());
        byte[] body = new byte[message.bodyLength()];
        message.body().get(body);
        return String.join(
                "|",
                message.kind().toString(),
                span.getSpanContext().getTraceId(),
                span.getSpanContext().getSpanId(),
                span.getSpanContext().isSampled() ? "1" : "0",
                String.valueOf(message.publishedAtMicros()),
                message.messageId() == null ? "" : message.messageId().toString(),
                traceState.toString(),
                baggage.toString(),
                HEX.formatHex(body),
                HEX.formatHex(TraceCodec.header(WireFormat.ENVELOPE, context)));
    }

    private static RedisPubSubTelemetry telemetry(WireFormat format) {
        OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder().build())
                .build();
        return RedisPubSubTelemetry.builder(sdk)
                .setPolicies(ChannelPolicies.of(new ChannelPolicy("*", format, Relation.PARENT)))
                .build();
    }

    private static void publish(int port, String channel, WireFormat format, String body) throws Exception {
        try (Redis redis = new Redis(port);
                Scope baggage = Baggage.builder().put("user", "Amélie").build().makeCurrent()) {
            PublishOperation publish = telemetry(format).startPublish(channel, ByteBuffer.wrap(body.getBytes(UTF_8)));
            redis.send("PUBLISH".getBytes(UTF_8), channel.getBytes(UTF_8), publish.message());
            publish.end((Long) redis.receive());
            var span = Span.fromContext(publish.context()).getSpanContext();
            OUT.println(span.getTraceId() + " " + span.getSpanId());
        }
    }

    private static void listen(int port, String channel, int count) throws Exception {
        RedisPubSubTelemetry telemetry = telemetry(WireFormat.NONE);
        try (Redis redis = new Redis(port)) {
            redis.send("SUBSCRIBE".getBytes(UTF_8), channel.getBytes(UTF_8));
            redis.receive();
            OUT.println("ready");
            for (int i = 0; i < count; i++) {
                byte[] message = (byte[]) ((List<?>) redis.receive()).get(2);
                telemetry.process(channel, message, decoded -> {
                    ReadableSpan span = (ReadableSpan) Span.current();
                    byte[] body = new byte[decoded.bodyLength()];
                    decoded.body().get(body);
                    String user = Baggage.current().getEntryValue("user");
                    OUT.println(span.getSpanContext().getTraceId() + " "
                            + span.getParentSpanContext().getSpanId() + " " + user + " " + HEX.formatHex(body));
                });
            }
        }
    }

    /** As much of RESP 2 as this program needs. */
    private static final class Redis implements AutoCloseable {

        private final Socket socket;
        private final DataInputStream in;

        Redis(int port) throws IOException {
            this.socket = new Socket("127.0.0.1", port);
            this.in = new DataInputStream(socket.getInputStream());
        }

        void send(byte[]... command) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            bytes.writeBytes(("*" + command.length + "\r\n").getBytes(UTF_8));
            for (byte[] part : command) {
                bytes.writeBytes(("$" + part.length + "\r\n").getBytes(UTF_8));
                bytes.writeBytes(part);
                bytes.writeBytes("\r\n".getBytes(UTF_8));
            }
            OutputStream out = socket.getOutputStream();
            out.write(bytes.toByteArray());
            out.flush();
        }

        @SuppressWarnings("deprecation")
        Object receive() throws IOException {
            String line = in.readLine();
            int length = Integer.parseInt(line.substring(1));
            switch (line.charAt(0)) {
                case ':' -> {
                    return (long) length;
                }
                case '$' -> {
                    byte[] bytes = in.readNBytes(length);
                    in.skipNBytes(2);
                    return bytes;
                }
                case '*' -> {
                    List<Object> parts = new ArrayList<>();
                    for (int i = 0; i < length; i++) {
                        parts.add(receive());
                    }
                    return parts;
                }
                default -> throw new IOException(line);
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    /** Messages that lie close to the rules of the format, on either side. */
    private static final class Generator {

        private static final int[] LENGTHS = {16, 8, 1, 8, -1, -1, 16};
        private static final String[] STATE = {
            "rojo", "congo", "1@b", "a@b", "1", "a@1", "A", "a-_*/", "=", "=", "=", ",", ",", " ", "\t", "v", "v,k", "x=y",
            ";", "~", "!", "\u00e9", "\u0000", "\u007f", "k".repeat(256), "v".repeat(257), ",a=1".repeat(20), "b=2,",
            ",,", " ,", ", ", "\r", "\u00a0", "\u0085", "@", "a".repeat(241) + "@b", "a".repeat(242) + "@b", "a@" + "b".repeat(14)
        };
        private static final String[] BAGGAGE = {
            "a", "b", "userId", "A", "=", "=", "=", ",", ",", ";", " ", "\t", "%20", "%zz", "%", "%4", "%C3%A9", "%c3%a9",
            "%C3", "%ED%A0%80", "%EF%BB%BF", "%F0%9F%98%80", "%00", "%2C", "+", "\"", "\\", "(", "/", ":", "@", "~", "|",
            "\u00e9", "\u0000", "\u007f", "p=1", "ttl%3D30", ";;", ",,", "x=1", "y=", "=z", "\r", "\n", "\u00a0", "\u0085",
            "\u0660", "%\u0661\u0661", "'", "*", "!", "v".repeat(300), ",q=1".repeat(70), "v".repeat(4000)
        };

        private final SplittableRandom random;

        Generator(long seed) {
            this.random = new SplittableRandom(seed);
        }

        void print(int count) {
            StringBuilder out = new StringBuilder();
            for (int i = 0; i < count; i++) {
                byte[] message = random.nextInt(4) == 0 ? binary() : envelope();
                for (int m = Math.max(0, random.nextInt(8) - 5); m > 0 && message.length > 0; m--) {
                    message[random.nextInt(message.length)] ^= (byte) (1 << random.nextInt(8));
                }
                int length = random.nextInt(8) == 0 ? random.nextInt(message.length + 1) : message.length;
                out.append(HEX.formatHex(message, 0, length)).append('\n');
            }
            OUT.print(out);
            OUT.flush();
        }

        private byte[] binary() {
            byte[] message = bytes(26 + random.nextInt(20));
            if (message.length > 27) {
                message[0] = 0;
                message[1] = 0;
                message[18] = 1;
                message[27] = 2;
            }
            return message;
        }

        private byte[] envelope() {
            ByteArrayOutputStream fields = new ByteArrayOutputStream();
            if (random.nextInt(16) > 0) {
                field(0, bytes(16), fields);
                field(1, random.nextInt(16) == 0 ? new byte[8] : bytes(8), fields);
            }
            int sorts = random.nextInt(128);
            for (int id = 2; id < 9; id++) {
                if ((sorts >> id - 2 & 1) == 1) {
                    field(id, value(id), fields);
                }
            }
            if (random.nextInt(16) == 0) {
                int id = random.nextInt(10);
                field(id, random.nextInt(3) == 0 ? bytes(random.nextInt(20)) : value(id), fields);
            }
            ByteArrayOutputStream message = new ByteArrayOutputStream();
            message.writeBytes(new byte[] {(byte) 0xF7, 'R', 'D', (byte) (random.nextInt(32) == 0 ? 2 : 1)});
            varint(fields.size() + (random.nextInt(16) == 0 ? random.nextInt(5) - 2 : 0), message);
            message.writeBytes(fields.toByteArray());
            message.writeBytes(bytes(random.nextInt(8)));
            return message.toByteArray();
        }

        private byte[] value(int id) {
            return switch (id) {
                case 4 -> text(STATE);
                case 5 -> text(BAGGAGE);
                default -> bytes(id < LENGTHS.length ? LENGTHS[id] : random.nextInt(30));
            };
        }

        /** Half of it well-formed members, half of it any parts; one byte a character. */
        private byte[] text(String[] parts) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(10); i > 0; i--) {
                if (random.nextInt(2) == 0) {
                    text.append((char) ('a' + random.nextInt(26))).append('=').append(part(parts)).append(',');
                } else {
                    text.append(part(parts));
                }
            }
            return text.toString().getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        }

        private String part(String[] parts) {
            return parts[random.nextInt(parts.length)];
        }

        private void field(int id, byte[] value, ByteArrayOutputStream out) {
            out.write(id);
            varint(value.length, out);
            out.writeBytes(value);
        }

        /** Padded to three bytes now and then. */
        private void varint(int value, ByteArrayOutputStream out) {
            int rest = Math.max(0, value);
            int atLeast = random.nextInt(8) == 0 ? 3 : 1;
            for (int i = 1; rest > 0x7F || i < atLeast; i++) {
                out.write(rest & 0x7F | 0x80);
                rest >>= 7;
            }
            out.write(rest);
        }

        private byte[] bytes(int length) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            return bytes;
        }
    }
}
