package programs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What the programs under test share; they know nothing of tracing. */
final class Program {

    private static final Map<String, BlockingQueue<byte[]>> ARRIVED = new ConcurrentHashMap<>();

    private Program() {}

    /** Called by listeners. */
    static void arrived(String channel, byte[] body) {
        queue(channel).add(body);
    }

    /** Waits for the next message of a channel that a listener got. */
    static byte[] await(String channel) throws Exception {
        byte[] body = queue(channel).poll(20, TimeUnit.SECONDS);
        if (body == null) {
            throw new IllegalStateException("nothing arrived on " + channel);
        }
        return body;
    }

    static void await(String channel, String expected) throws Exception {
        await(channel, expected.getBytes(UTF_8));
    }

    static void await(String channel, byte[] expected) throws Exception {
        String got = HexFormat.of().formatHex(await(channel));
        String wanted = HexFormat.of().formatHex(expected);
        if (!got.equals(wanted)) {
            throw new IllegalStateException("on " + channel + " arrived " + got + " instead of " + wanted);
        }
    }

    private static BlockingQueue<byte[]> queue(String channel) {
        return ARRIVED.computeIfAbsent(channel, name -> new LinkedBlockingQueue<>());
    }

    /** Messages that are not whole headers, or none: they arrive as they are. */
    static List<byte[]> untraced() {
        List<byte[]> messages = new ArrayList<>(List.of(
                new byte[0],
                new byte[] {0},
                new byte[28],
                new byte[40],
                HexFormat.of().parseHex("f7524401"),
                HexFormat.of().parseHex("f7524401ff7f00"),
                HexFormat.of().parseHex("f75244021f00104bf92f3577b34da6"),
                "{\"plain\":\"json\"}".getBytes(UTF_8)));
        messages.add(bytes());
        return messages;
    }

    /** Each of the 256. */
    static byte[] bytes() {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        return all;
    }

    /** Publishes without any client. */
    static void publishRaw(int port, String channel, byte[] body) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.getOutputStream().write(command("PUBLISH".getBytes(UTF_8), channel.getBytes(UTF_8), body));
            socket.getInputStream().read();
        }
    }

    /** Subscribes without any client, does something, and prints the message that arrives as {@code wire HEX}. */
    static void printWire(int port, String channel, Publish publish) throws Exception {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(command("SUBSCRIBE".getBytes(UTF_8), channel.getBytes(UTF_8)));
            InputStream in = socket.getInputStream();
            readParts(in);
            publish.run();
            System.out.println("wire " + HexFormat.of().formatHex(readParts(in).get(2)));
        }
    }

    /** How often the server was asked for a PONG. */
    static int pings(int port) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.getOutputStream().write(command("INFO".getBytes(UTF_8), "commandstats".getBytes(UTF_8)));
            String statistics = new String(
                    socket.getInputStream()
                            .readNBytes(Integer.parseInt(
                                    line(socket.getInputStream()).substring(1))),
                    UTF_8);
            int at = statistics.indexOf("cmdstat_ping:calls=");
            return at < 0
                    ? 0
                    : Integer.parseInt(
                            statistics.substring(statistics.indexOf('=', at) + 1, statistics.indexOf(',', at)));
        }
    }

    interface Publish {
        void run() throws Exception;
    }

    private static byte[] command(byte[]... parts) {
        ByteArrayOutputStream command = new ByteArrayOutputStream();
        command.writeBytes(("*" + parts.length + "\r\n").getBytes(UTF_8));
        for (byte[] part : parts) {
            command.writeBytes(("$" + part.length + "\r\n").getBytes(UTF_8));
            command.writeBytes(part);
            command.writeBytes("\r\n".getBytes(UTF_8));
        }
        return command.toByteArray();
    }

    private static List<byte[]> readParts(InputStream in) throws IOException {
        List<byte[]> parts = new ArrayList<>();
        int count = Integer.parseInt(line(in).substring(1));
        for (int i = 0; i < count; i++) {
            String head = line(in);
            if (head.startsWith("$")) {
                parts.add(in.readNBytes(Integer.parseInt(head.substring(1))));
                in.readNBytes(2);
            } else {
                parts.add(head.getBytes(UTF_8));
            }
        }
        return parts;
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            line.write(next);
        }
        return line.toString(ISO_8859_1).strip();
    }
}
