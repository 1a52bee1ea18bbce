package io.redistributed;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2HeadersDecoder;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** One HTTP/2 connection to loopback, without TLS, on which any frame can be sent; waits at most 20 s for one. */
final class RawHttp2 implements AutoCloseable {

    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;

    static final int END_STREAM = 1;
    static final int ACK = 1;
    private static final int END_HEADERS = 4;
    private static final int WINDOW = 65_535;

    /** @param status of a HEADERS frame, else 0 */
    record Frame(int type, int flags, int stream, byte[] payload, int status) {

        /** The four bytes at an offset. */
        int integer(int offset) {
            return ByteBuffer.wrap(payload).getInt(offset);
        }
    }

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final Http2HeadersDecoder headers = new DefaultHttp2HeadersDecoder();

    /** Sends the preface, with settings that change nothing. */
    RawHttp2(int port) throws IOException {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5_000);
        socket.setSoTimeout(20_000);
        in = new DataInputStream(socket.getInputStream());
        socket.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        send(SETTINGS, 0, 0);
    }

    void request(int stream, String method, String path, boolean hasBody) throws IOException {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        literal(block, ":method", method);
        literal(block, ":scheme", "http");
        literal(block, ":path", path);
        literal(block, ":authority", "localhost");
        if (!AbuseTarget.KEY.isEmpty()) {
            literal(block, "authorization", "Bearer " + AbuseTarget.KEY);
        }
        send(HEADERS, END_HEADERS | (hasBody ? 0 : END_STREAM), stream, block.toByteArray());
    }

    void send(int type, int flags, int stream, byte... payload) throws IOException {
        socket.getOutputStream().write(frame(type, flags, stream, payload));
    }

    /** Sends one frame many times, as far as the server takes them. */
    void flood(int times, int type, int flags, int stream, byte... payload) {
        byte[] frame = frame(type, flags, stream, payload);
        ByteBuffer all = ByteBuffer.allocate(times * frame.length);
        for (int i = 0; i < times; i++) {
            all.put(frame);
        }
        try {
            socket.getOutputStream().write(all.array());
        } catch (IOException closed) {
            // By the server, which has had enough.
        }
    }

    /**
     * Sends endless bodies on several streams, as fast as the server accepts them, and replaces streams that it ends.
     */
    void upload(int streams, BooleanSupplier isOver) throws IOException {
        Map<Integer, Integer> windows = new HashMap<>();
        int window = WINDOW;
        int next = 1;
        byte[] chunk = new byte[1 << 14];
        while (!isOver.getAsBoolean()) {
            for (; windows.size() < streams; next += 2) {
                request(next, "POST", "/reports?type=summary", true);
                windows.put(next, WINDOW);
            }
            for (Map.Entry<Integer, Integer> stream : windows.entrySet()) {
                if (window >= chunk.length && stream.getValue() >= chunk.length) {
                    send(DATA, 0, stream.getKey(), chunk);
                    window -= chunk.length;
                    stream.setValue(stream.getValue() - chunk.length);
                }
            }
            Frame frame = next();
            if (frame.type == WINDOW_UPDATE && frame.stream == 0) {
                window += frame.integer(0);
            } else if (frame.type == WINDOW_UPDATE) {
                windows.computeIfPresent(frame.stream, (stream, left) -> left + frame.integer(0));
            } else if (frame.type == RST_STREAM || frame.type == DATA && frame.flags == END_STREAM) {
                windows.remove(frame.stream);
            }
        }
    }

    /** The next frame of that type. */
    Frame next(int type) throws IOException {
        while (true) {
            Frame frame = next();
            if (frame.type == type) {
                return frame;
            }
        }
    }

    /** @throws java.io.EOFException if the server has closed the connection */
    Frame next() throws IOException {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        byte[] payload = in.readNBytes(length);
        return new Frame(type, flags, stream, payload, type == HEADERS ? status(stream, flags, payload) : 0);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private int status(int stream, int flags, byte[] payload) {
        int priority = (flags & 0x20) == 0 ? 0 : 5;
        try {
            CharSequence status = headers.decodeHeaders(
                            stream, Unpooled.wrappedBuffer(payload, priority, payload.length - priority))
                    .status();
            return Integer.parseInt(status.toString());
        } catch (Http2Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] frame(int type, int flags, int stream, byte[] payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .put((byte) (payload.length >> 16))
                .putShort((short) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    /** HPACK: a literal without indexing, its name new. */
    private static void literal(ByteArrayOutputStream block, String name, String value) {
        block.write(0);
        block.write(name.length());
        block.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
        block.write(value.length());
        block.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
    }
}
