package io.redistributed;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** One HTTP/1.1 connection to loopback on which anything can be sent; waits at most 20 s for an answer. */
final class RawConnection implements AutoCloseable {

    /** @param headers names in lower case */
    record Answer(int status, Map<String, String> headers, String body) {}

    private static final String HOST = "host: localhost\r\n";

    private final Socket socket = new Socket();
    private final InputStream in;

    RawConnection(int port) throws IOException {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5_000);
        socket.setSoTimeout(20_000);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** @param head request line and headers, without the empty line at their end */
    Answer request(String head, String body) throws IOException {
        send(head.strip().replace("\n", "\r\n") + "\r\n\r\n" + body);
        return answer();
    }

    void send(String bytes) throws IOException {
        String authenticated = AbuseTarget.KEY.isEmpty()
                ? bytes
                : bytes.replace(HOST, HOST + "authorization: Bearer " + AbuseTarget.KEY + "\r\n");
        send(authenticated.getBytes(StandardCharsets.ISO_8859_1));
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** Sends, unless the connection has been closed. */
    void trySend(String bytes) {
        try {
            send(bytes);
        } catch (IOException closed) {
            // There is nothing to do about it.
        }
    }

    Answer answer() throws IOException {
        Answer head = head();
        int length = Integer.parseInt(head.headers().getOrDefault("content-length", "0"));
        return new Answer(head.status(), head.headers(), new String(in.readNBytes(length), StandardCharsets.UTF_8));
    }

    /** An answer, if one comes within that time; null otherwise. */
    Answer answerWithin(Duration time) throws IOException {
        int timeout = socket.getSoTimeout();
        socket.setSoTimeout((int) time.toMillis());
        try {
            in.mark(1);
            if (in.read() < 0) {
                throw new EOFException("The server closed the connection");
            }
            in.reset();
        } catch (SocketTimeoutException none) {
            return null;
        } finally {
            socket.setSoTimeout(timeout);
        }
        return answer();
    }

    /** An answer without its body, which may never end. */
    Answer head() throws IOException {
        int status = Integer.parseInt(line().split(" ")[1]);
        Map<String, String> headers = new TreeMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            String[] header = line.split(": *", 2);
            headers.put(header[0].toLowerCase(Locale.ROOT), header[1]);
        }
        return new Answer(status, headers, "");
    }

    /** Whether the server has closed the connection, or does so within the timeout. */
    boolean isClosedByServer() throws IOException {
        return in.read() < 0;
    }

    /** Ends this side of the connection, and goes on reading. */
    void endInput() throws IOException {
        socket.shutdownOutput();
    }

    /** Everything until the server closes the connection. */
    String rest() throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }

    /** Closes the connection by a reset, as a program does that is killed. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("The server closed the connection after: " + line);
            }
            line.append((char) c);
        }
        return line.toString().strip();
    }
}
