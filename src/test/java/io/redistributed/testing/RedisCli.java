package io.redistributed.testing;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * One plain RESP2 connection, to 127.0.0.1 by default, blocking, for one thread; waits at most 5 s for a reply.
 *
 * <p>Replies become {@code String} (status and bulk, as UTF-8), {@code Long}, {@code List<Object>} or null; an error
 * reply is thrown as an {@link IOException} with Redis' words.
 */
public final class RedisCli implements Closeable {

    private final Socket socket = new Socket();
    private final InputStream in;
    private final OutputStream out;

    public RedisCli(int port) throws IOException {
        this(InetAddress.getLoopbackAddress(), port);
    }

    /** To another host. */
    RedisCli(InetAddress host, int port) throws IOException {
        socket.connect(new InetSocketAddress(host, port), 5_000);
        socket.setSoTimeout(5_000);
        in = new BufferedInputStream(socket.getInputStream());
        out = new BufferedOutputStream(socket.getOutputStream());
    }

    public Object call(String... command) throws IOException {
        send(command);
        return read();
    }

    /** Sends a command, at the latest when a reply is read next. */
    public void send(String... command) throws IOException {
        sendBytes(Stream.of(command)
                .map(argument -> argument.getBytes(StandardCharsets.UTF_8))
                .toList());
    }

    /** As {@link #send}, with arguments that need not be text. */
    public void sendBytes(List<byte[]> command) throws IOException {
        line("*" + command.size());
        for (byte[] argument : command) {
            line("$" + argument.length);
            out.write(argument);
            line("");
        }
    }

    private void line(String text) throws IOException {
        out.write((text + "\r\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Reads one more reply, such as a pushed message. */
    public Object read() throws IOException {
        out.flush();
        return reply();
    }

    private Object reply() throws IOException {
        String line = line();
        String rest = line.substring(1);
        return switch (line.charAt(0)) {
            case '+' -> rest;
            case '-' -> throw new IOException(rest);
            case ':' -> Long.valueOf(rest);
            case '$' -> bulk(Integer.parseInt(rest));
            case '*' -> list(Integer.parseInt(rest));
            default -> throw new IOException("Not RESP2: " + line);
        };
    }

    private List<Object> list(int size) throws IOException {
        if (size < 0) {
            return null;
        }
        List<Object> list = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            list.add(reply());
        }
        return list;
    }

    private String bulk(int length) throws IOException {
        if (length < 0) {
            return null;
        }
        byte[] bytes = in.readNBytes(length + 2);
        if (bytes.length < length + 2) {
            throw new EOFException("Redis closed the connection");
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\r'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("Redis closed the connection");
            }
            line.append((char) c);
        }
        in.read();
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
