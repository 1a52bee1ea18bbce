package io.redistributed.chaos;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** Asks each API all the time whether it is ready, and whether it accepts reports. Safe to use from any thread. */
final class Readiness implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofMillis(500);
    private static final long PAUSE_MILLIS = 50;
    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;

    /**
     * One answer.
     *
     * @param asked by {@link System#nanoTime}
     * @param status 0 if none came in time
     */
    private record Answer(String api, long asked, int status) {}

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<Answer> answers = new CopyOnWriteArrayList<>();
    private final List<Thread> threads;

    private Readiness(List<Node> apis) {
        threads = apis.stream()
                .map(api -> new Thread(() -> watch(api), "readiness-" + api.name()))
                .toList();
    }

    static Readiness watch(List<Node> apis) {
        Readiness readiness = new Readiness(apis);
        readiness.threads.forEach(thread -> {
            thread.setDaemon(true);
            thread.start();
        });
        return readiness;
    }

    /** Returns when an API first answered 503 in that time. */
    OptionalLong firstRefusal(String api, long from, long to) {
        return first(api, from, to, UNAVAILABLE);
    }

    /** Returns when an API was first ready after that time. */
    OptionalLong firstReady(String api, long from) {
        return first(api, from, Long.MAX_VALUE, OK);
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
    }

    private OptionalLong first(String api, long from, long to, int status) {
        return answers.stream()
                .filter(answer -> answer.api.equals(api)
                        && answer.status == status
                        && answer.asked - from >= 0
                        && answer.asked <= to)
                .mapToLong(Answer::asked)
                .findFirst();
    }

    private void watch(Node api) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(api.url() + "/health/ready"))
                .timeout(TIMEOUT)
                .build();
        try {
            while (!Thread.currentThread().isInterrupted()) {
                long asked = System.nanoTime();
                CompletableFuture<Integer> status = http.sendAsync(request, BodyHandlers.discarding())
                        .thenApply(HttpResponse::statusCode)
                        .exceptionally(none -> 0);
                answers.add(new Answer(api.name(), asked, status.join()));
                Thread.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }
}
