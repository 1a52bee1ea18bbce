package io.redistributed.chaos;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A client that retries. It sends requests to any node, and repeats them with the same idempotency key if the response
 * is lost, 408, 429 or 503, until {@link #giveUp}. Safe to use from any thread.
 *
 * <p>If a master can be replaced, it also retries for a while if a response is older than an earlier one, because a
 * node may still read from the old master.
 */
final class Client {

    private static final String PATH = "/reports";
    private static final Duration TIMEOUT = Duration.ofSeconds(15);
    private static final String LONG_POLL = "?wait=5s";

    /** Too slow a link, a full queue, no Redis. */
    private static final Set<Integer> TRANSIENT = Set.of(408, 429, 503);

    private static final long LONGEST_STALE_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Executor later = CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS);
    private final Map<String, Integer> repeated = new ConcurrentHashMap<>();
    private final List<Node> nodes;
    private final boolean mayBeStale;
    private volatile boolean givenUp;

    /** @param mayBeStale whether a master can be replaced */
    Client(List<Node> nodes, boolean mayBeStale) {
        this.nodes = nodes;
        this.mayBeStale = mayBeStale;
    }

    /** Reason → number of requests that were repeated for it. */
    Map<String, Integer> repeated() {
        return new TreeMap<>(repeated);
    }

    void giveUp() {
        givenUp = true;
    }

    /** Completes once the report has ended, or the client has given up; what it saw is in the order. */
    CompletableFuture<Void> place(Order order) {
        return insist(() -> submit(order))
                .thenCompose(accepted -> {
                    if (accepted.statusCode() != 202) {
                        order.complain("was answered " + text(accepted));
                        return CompletableFuture.completedFuture(null);
                    }
                    order.accepted(new JsonObject(accepted.body()).getString("id"));
                    return cancel(order).thenCompose(cancelled -> awaitEnd(order));
                })
                .exceptionally(failure -> {
                    if (!givenUp) {
                        order.complain("was not to be handled: " + failure);
                    }
                    return null;
                });
    }

    private CompletableFuture<HttpResponse<String>> submit(Order order) {
        Node node = anyNode();
        order.trying(node.life());
        return send(
                node,
                "POST",
                PATH + "?" + order.task().query(),
                BodyPublishers.ofString(order.task().body()),
                "idempotency-key",
                order.key());
    }

    private CompletableFuture<Void> cancel(Order order) {
        if (!order.task().cancelled()) {
            return CompletableFuture.completedFuture(null);
        }
        return insist(() -> send(anyNode(), "DELETE", PATH + "/" + order.id(), BodyPublishers.noBody()), isStale(404))
                .thenAccept(answer -> {
                    if (!List.of(200, 202, 409).contains(answer.statusCode())) {
                        order.complain("to cancel it was answered " + text(answer));
                    }
                });
    }

    private CompletableFuture<Void> awaitEnd(Order order) {
        return insist(() -> get("/" + order.id() + LONG_POLL), isStale(404)).thenCompose(answer -> {
            if (answer.statusCode() != 200) {
                order.complain("was accepted, and is then answered " + text(answer));
                return CompletableFuture.completedFuture(null);
            }
            JsonObject report = new JsonObject(answer.body());
            String state = report.getString("state");
            if (state.equals("queued") || state.equals("running")) {
                return awaitEnd(order);
            }
            order.ended(state);
            return check(order, report);
        });
    }

    private CompletableFuture<Void> check(Order order, JsonObject report) {
        CompletableFuture<String> result = order.state().equals("done")
                ? insist(() -> get("/" + order.id() + "/result"), isStale(404, 409))
                        .thenApply(answer -> {
                            if (answer.statusCode() != 200) {
                                throw new IllegalStateException("its result is answered " + text(answer));
                            }
                            return answer.body();
                        })
                : CompletableFuture.completedFuture(null);
        return result.thenAccept(body ->
                order.complain(order.task().complaint().apply(new Ending(order.state(), ownErrors(report), body))));
    }

    private static List<String> ownErrors(JsonObject report) {
        List<String> errors = new ArrayList<>();
        for (Object error : report.getJsonArray("errors", new JsonArray())) {
            errors.add(((JsonObject) error).getString("error"));
        }
        errors.removeIf(Stored::tellsOfLostWorker);
        return errors;
    }

    private CompletableFuture<HttpResponse<String>> get(String path) {
        return send(anyNode(), "GET", PATH + path, BodyPublishers.noBody());
    }

    private CompletableFuture<HttpResponse<String>> send(
            Node node, String method, String path, BodyPublisher body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(node.url() + path))
                .timeout(TIMEOUT)
                .method(method, body);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.sendAsync(request.build(), BodyHandlers.ofString());
    }

    private interface Call {
        CompletableFuture<HttpResponse<String>> send();
    }

    /** Whether an answer has one of these statuses and should be asked for again, which is so for a while from now on. */
    private Predicate<HttpResponse<String>> isStale(Integer... statuses) {
        long end = System.nanoTime() + LONGEST_STALE_NANOS;
        return answer -> mayBeStale && List.of(statuses).contains(answer.statusCode()) && System.nanoTime() < end;
    }

    private CompletableFuture<HttpResponse<String>> insist(Call call) {
        return insist(call, answer -> false);
    }

    /** Fails once the client has given up. */
    private CompletableFuture<HttpResponse<String>> insist(Call call, Predicate<HttpResponse<String>> isStale) {
        return call.send()
                .handle((answer, failure) -> {
                    if (failure == null && !TRANSIENT.contains(answer.statusCode()) && !isStale.test(answer)) {
                        return CompletableFuture.completedFuture(answer);
                    }
                    if (givenUp) {
                        return CompletableFuture.<HttpResponse<String>>failedFuture(
                                new IllegalStateException("given up"));
                    }
                    String reason = failure == null ? String.valueOf(answer.statusCode()) : cause(failure);
                    repeated.merge(reason, 1, Integer::sum);
                    return CompletableFuture.supplyAsync(() -> insist(call, isStale), later)
                            .thenCompose(Function.identity());
                })
                .thenCompose(Function.identity());
    }

    private static String cause(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause.getClass().getSimpleName();
    }

    private Node anyNode() {
        return nodes.get(ThreadLocalRandom.current().nextInt(nodes.size()));
    }

    private static String text(HttpResponse<String> answer) {
        return answer.statusCode() + " " + answer.body();
    }
}
