package io.redistributed;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Hostile clients, as a program: they attack for a time, then all their connections are closed. Prints a line
 * when they are ready, begins when a line comes in, and prints what they saw.
 */
final class Attackers {

    /** Something that one does with one connection. */
    interface Action<T> {
        void on(T connection) throws IOException;
    }

    private interface Open<T> {
        T connection() throws IOException;
    }

    private static final int MAX_THREADS = 256;

    private final int port;
    private final int http2Port;
    private final Path redisConfig;
    private final long nanos;
    private final Queue<AutoCloseable> connections = new ConcurrentLinkedQueue<>();
    private final ExecutorService threads = Executors.newFixedThreadPool(MAX_THREADS);
    private final AtomicLong attempts = new AtomicLong();
    private final Map<String, Integer> surprises = new ConcurrentHashMap<>();
    private long end;

    private Attackers(int port, int http2Port, int seconds, Path redisConfig) {
        this.port = port;
        this.http2Port = http2Port;
        this.redisConfig = redisConfig;
        this.nanos = TimeUnit.SECONDS.toNanos(seconds);
    }

    /** @param arguments attack, port, port of HTTP/2, seconds, configuration of the service's Redis */
    public static void main(String[] arguments) throws Exception {
        Attackers attackers = new Attackers(
                Integer.parseInt(arguments[1]),
                Integer.parseInt(arguments[2]),
                Integer.parseInt(arguments[3]),
                Path.of(arguments[4]));
        Attack.valueOf(arguments[0]).plan.carryOut(attackers);
        attackers.finish();
        System.out.println(new JsonObject()
                .put("attempts", attackers.attempts.get())
                .put(
                        "cpuMillis",
                        ProcessHandle.current()
                                .info()
                                .totalCpuDuration()
                                .orElseThrow()
                                .toMillis())
                .put("surprises", new JsonObject(Map.copyOf(attackers.surprises)))
                .encode());
        System.exit(0);
    }

    /** The id of a report that the service made, with these parameters. */
    String submit(String parameters) throws IOException {
        return request("POST /reports?type=simulated&" + parameters, 202).getString("id");
    }

    /** Sends a command to the service's Redis, as a program that shares it may do. */
    void redis(String... command) throws IOException {
        List<String> lines = Files.readAllLines(redisConfig);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(setting(lines, "port")))) {
            socket.getOutputStream().write(resp("AUTH", setting(lines, "requirepass")));
            socket.getOutputStream().write(resp(command));
            socket.shutdownOutput();
            String replies = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (replies.contains("-")) {
                throw new IOException(replies);
            }
        }
    }

    /** A port at which nothing is answered and each connection is a surprise. */
    int surprisedByConnections() throws IOException {
        ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        connections.add(silent);
        threads.execute(() -> {
            try {
                while (true) {
                    connections.add(silent.accept());
                    surprises.merge("connected", 1, Integer::sum);
                }
            } catch (IOException over) {
                return;
            }
        });
        return silent.getLocalPort();
    }

    /** Waits for a report to be done. */
    void await(String id) throws IOException {
        request("GET /reports/" + id + "?wait=15s", 200);
    }

    /** Everything is ready. */
    void begin() throws IOException {
        System.out.println("ready");
        if (System.in.read() < 0) {
            throw new IOException("standard input ended before the attack");
        }
        end = System.nanoTime() + nanos;
    }

    /** Opens that many connections, and keeps them open after the action. */
    void hold(int count, Action<RawConnection> action) {
        hold(count, () -> new RawConnection(port), action);
    }

    /** The same over HTTP/2. */
    void holdHttp2(int count, Action<RawHttp2> action) {
        hold(count, () -> new RawHttp2(http2Port), action);
    }

    /** Each of that many threads does it again and again, with a new connection, which the action may close or reset. */
    void repeat(int count, Action<RawConnection> action) {
        repeat(count, () -> new RawConnection(port), action);
    }

    /** The same over HTTP/2. */
    void repeatHttp2(int count, Action<RawHttp2> action) {
        repeat(count, () -> new RawHttp2(http2Port), action);
    }

    /** Sends a byte every half second. */
    void trickle(RawConnection connection) throws IOException {
        while (again()) {
            connection.send("x");
            connection.answerWithin(Duration.ofMillis(500));
        }
    }

    boolean isOver() {
        return System.nanoTime() > end;
    }

    /** Counts another attempt, unless the time is up. */
    boolean again() {
        if (isOver()) {
            return false;
        }
        attempts.incrementAndGet();
        return true;
    }

    /** Notes an answer with another status. */
    void expect(int status, int seen) {
        if (status != seen) {
            surprises.merge("status " + seen, 1, Integer::sum);
        }
    }

    private static String setting(List<String> lines, String name) {
        return lines.stream()
                .filter(line -> line.startsWith(name + " "))
                .findFirst()
                .orElseThrow()
                .substring(name.length() + 1);
    }

    private static byte[] resp(String... command) {
        StringBuilder bytes = new StringBuilder("*" + command.length + "\r\n");
        for (String part : command) {
            bytes.append('$').append(part.length()).append("\r\n").append(part).append("\r\n");
        }
        return bytes.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private <T extends AutoCloseable> void repeat(int count, Open<T> open, Action<T> action) {
        for (int i = 0; i < count; i++) {
            threads.execute(() -> {
                while (again()) {
                    try (T connection = open.connection()) {
                        connections.add(connection);
                        action.on(connection);
                        connections.remove(connection);
                    } catch (Exception cutOff) {
                        continue;
                    }
                }
            });
        }
    }

    private <T extends AutoCloseable> void hold(int count, Open<T> open, Action<T> action) {
        for (int i = 0; i < count; i++) {
            threads.execute(() -> {
                try {
                    attempts.incrementAndGet();
                    T connection = open.connection();
                    connections.add(connection);
                    action.on(connection);
                } catch (IOException cutOff) {
                    // Expected.
                    return;
                }
            });
        }
    }

    /** Waits until their time is up, and hangs up. */
    private void finish() throws Exception {
        threads.shutdown();
        TimeUnit.NANOSECONDS.sleep(Math.max(0, end - System.nanoTime()));
        for (AutoCloseable connection : connections) {
            connection.close();
        }
        if (!threads.awaitTermination(1, TimeUnit.MINUTES)) {
            throw new IllegalStateException("an attacker does not end");
        }
    }

    private JsonObject request(String line, int status) throws IOException {
        try (RawConnection connection = new RawConnection(port)) {
            RawConnection.Answer answer =
                    connection.request(line + " HTTP/1.1\nhost: localhost\ncontent-length: 0\nconnection: close", "");
            if (answer.status() != status) {
                throw new IOException(answer.status() + " " + answer.body());
            }
            return new JsonObject(answer.body());
        }
    }
}
