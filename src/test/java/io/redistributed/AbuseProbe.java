package io.redistributed;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A polite client during an attack: requests 20 reports a second and awaits each, on its own connections. */
final class AbuseProbe {

    private static final long PERIOD_MILLIS = 50;

    /** @param errors and how often each occurred */
    record Figures(int reports, long p50Millis, long p99Millis, Map<String, Long> errors) {

        @Override
        public String toString() {
            return reports + " reports, p50 " + p50Millis + " ms, p99 " + p99Millis + " ms, errors " + errors;
        }
    }

    private final int port;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final ExecutorService clients = Executors.newCachedThreadPool();
    private final Queue<Long> nanos = new ConcurrentLinkedQueue<>();
    private final Queue<String> errors = new ConcurrentLinkedQueue<>();

    /** Starts at once. */
    AbuseProbe(int port) {
        this.port = port;
        clock.scheduleAtFixedRate(this::begin, 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Waits for the requested reports. */
    Figures stop() throws InterruptedException {
        clock.shutdown();
        clock.awaitTermination(1, TimeUnit.MINUTES);
        clients.shutdown();
        clients.awaitTermination(2, TimeUnit.MINUTES);
        long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
        return new Figures(
                sorted.length,
                millis(sorted, 0.5),
                millis(sorted, 0.99),
                errors.stream().collect(Collectors.groupingBy(error -> error, Collectors.counting())));
    }

    private void begin() {
        long due = System.nanoTime();
        clients.execute(() -> {
            try {
                report();
                nanos.add(System.nanoTime() - due);
            } catch (IOException | RuntimeException e) {
                errors.add(e.toString());
            }
        });
    }

    private void report() throws IOException {
        String id = answer(
                        "POST /reports?type=simulated&duration=5ms HTTP/1.1\nhost: localhost\ncontent-length: 3",
                        "abc",
                        202)
                .getString("id");
        String state = answer("GET /reports/" + id + "?wait=15s HTTP/1.1\nhost: localhost", "", 200)
                .getString("state");
        if (!state.equals("done")) {
            throw new IllegalStateException("a report is " + state);
        }
    }

    private JsonObject answer(String head, String body, int status) throws IOException {
        try (RawConnection connection = new RawConnection(port)) {
            RawConnection.Answer answer = connection.request(head + "\nconnection: close", body);
            if (answer.status() != status) {
                throw new IllegalStateException(answer.status() + " " + answer.body());
            }
            return new JsonObject(answer.body());
        }
    }

    private static long millis(long[] sorted, double quantile) {
        return sorted.length == 0 ? -1 : TimeUnit.NANOSECONDS.toMillis(sorted[(int) (quantile * (sorted.length - 1))]);
    }
}
