package io.redistributed.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.redistributed.system.ClientTls;
import io.redistributed.system.MachineFault;
import io.redistributed.system.TlsFailure;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * A client of a running service. Calls block. They fail with an {@link IOException} if there is no response or the service is temporarily unable, and with a {@link RefusedException} if it rejects the request. The messages are for users.
 */
final class ReportClient implements TraceSource {

    private static final Duration CONNECT = Duration.ofSeconds(5);

    /** Longer than the longest long poll of the service. */
    private static final Duration ANSWER = Duration.ofSeconds(60);

    private static final String REDISTRIBUTED = "redistributed";
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int TRACE_ATTEMPTS = 10;
    private static final Duration TRACE_PAUSE = Duration.ofMillis(250);

    private final HttpClient http;
    private final URI service;
    private final String token;
    private final String product;
    private final Duration answer;

    /**
     * @param service base URL; its path, if any, precedes the API's paths
     * @param token API key or token to send; empty for none
     * @param tls for https
     */
    ReportClient(URI service, String token, ClientTls tls) {
        this(service, token, tls, REDISTRIBUTED, ANSWER);
    }

    /** @param product name of the server in errors */
    ReportClient(URI service, String token, ClientTls tls, String product) {
        this(service, token, tls, product, ANSWER);
    }

    /** @param answer how long the server may take no more of the request, or not answer it */
    ReportClient(URI service, String token, ClientTls tls, String product, Duration answer) {
        HttpClient.Builder builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT);
        this.http = tls.isDefault()
                ? builder.build()
                : builder.sslContext(tls.context()).build();
        this.service = service;
        this.token = token;
        this.product = product;
        this.answer = answer;
    }

    /** Returns the response of {@code POST /reports}. */
    JsonObject submit(Map<String, String> query, BodyPublisher body, String idempotencyKey)
            throws IOException, InterruptedException {
        String parameters = query.entrySet().stream()
                .map(entry -> encoded(entry.getKey()) + '=' + encoded(entry.getValue()))
                .collect(Collectors.joining("&"));
        MonitoredBody monitored = new MonitoredBody(body);
        HttpRequest.Builder request = request("/reports?" + parameters).POST(monitored);
        if (idempotencyKey != null) {
            request.header("idempotency-key", idempotencyKey);
        }
        JsonObject accepted = json(send(request, monitored));
        if (!(accepted.getValue("links") instanceof JsonObject)) {
            throw notOurs("a report without links");
        }
        return accepted;
    }

    /** Returns the response of {@code GET /reports/{id}}. */
    JsonObject report(String path, Duration wait) throws IOException, InterruptedException {
        return json(request(path + "?wait=" + wait.toMillis() + "ms").GET());
    }

    /** Returns the response of a GET. */
    JsonObject get(String path) throws IOException, InterruptedException {
        return json(request(path).GET());
    }

    /** Returns the response of {@code POST /reports/{id}/retry}. */
    JsonObject retry(String path) throws IOException, InterruptedException {
        return json(request(path + "/retry").POST(BodyPublishers.noBody()));
    }

    @Override
    public List<JsonObject> traces(Search search) throws IOException, InterruptedException {
        StringBuilder path = new StringBuilder("/traces?limit=" + search.limit());
        Map<String, String> conditions = new LinkedHashMap<>();
        conditions.put("service", search.service());
        conditions.put("operation", search.operation());
        conditions.put("minDuration", search.minDuration());
        conditions.put("status", search.failed() ? "error" : null);
        conditions.values().removeIf(Objects::isNull);
        conditions.forEach(
                (name, value) -> path.append('&').append(name).append('=').append(encoded(value)));
        search.attributes().forEach((key, value) -> path.append("&attribute=").append(encoded(key + '=' + value)));
        return get(path.toString()).getJsonArray("traces").stream()
                .map(JsonObject.class::cast)
                .toList();
    }

    @Override
    public JsonObject trace(String traceId) throws IOException, InterruptedException {
        return get("/traces/" + encoded(traceId) + "?wait=1s");
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8);
    }

    /** Returns the response of {@code DELETE /reports/{id}}. */
    JsonObject cancel(String path) throws IOException, InterruptedException {
        return json(request(path).DELETE());
    }

    void result(String path, OutputStream out) throws IOException, InterruptedException {
        HttpResponse<InputStream> response = send(request(path).GET());
        try (InputStream body = response.body()) {
            body.transferTo(out);
        }
    }

    /**
     * Returns the response of {@code GET /traces/{traceId}}; empty if there is no trace. Spans of other processes arrive later, so it repeats the request while a sent message has no receiver's span.
     */
    Optional<JsonObject> receivedTrace(String path) throws InterruptedException {
        Optional<JsonObject> trace = Optional.empty();
        for (int i = 0; i < TRACE_ATTEMPTS; i++) {
            try {
                trace = Optional.of(json(request(path + "?wait=2s").GET()));
                if (TraceTree.isReceived(trace.get())) {
                    return trace;
                }
            } catch (RefusedException | IOException absent) {
                return trace;
            }
            Thread.sleep(TRACE_PAUSE.toMillis());
        }
        return trace;
    }

    /** Returns the URL of a path for display. */
    URI url(String path) {
        return URI.create(service.toString().replaceFirst("/+$", "") + path);
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(url(path));
        return token.isEmpty() ? request : request.header("authorization", "Bearer " + token);
    }

    private JsonObject json(HttpRequest.Builder request) throws IOException, InterruptedException {
        return json(send(request));
    }

    private JsonObject json(HttpResponse<InputStream> response) throws IOException {
        try (InputStream body = response.body()) {
            return new JsonObject(Buffer.buffer(body.readAllBytes()));
        } catch (DecodeException e) {
            throw notOurs("status " + response.statusCode());
        }
    }

    private HttpResponse<InputStream> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return send(request, new MonitoredBody(BodyPublishers.noBody()));
    }

    /** @param body of the request: a timeout of the request would count the time of a long upload */
    private HttpResponse<InputStream> send(HttpRequest.Builder request, MonitoredBody body)
            throws IOException, InterruptedException {
        HttpResponse<InputStream> response;
        try {
            response = exchange(request.build(), body);
        } catch (ConnectException e) {
            throw new ConnectException("cannot connect to " + service + "; is the service running there?");
        } catch (IOException e) {
            MachineFault.throwIfCauseOf(e);
            throw new IOException(
                    "no response from " + service + ": " + TlsFailure.text(e).orElse(e.getMessage()), e);
        }
        if (response.statusCode() < 300) {
            return response;
        }
        String detail = detail(response);
        if (response.statusCode() >= 400 && response.statusCode() < 500 && response.statusCode() != TOO_MANY_REQUESTS) {
            throw new RefusedException(detail);
        }
        throw new IOException(detail);
    }

    private HttpResponse<InputStream> exchange(HttpRequest request, MonitoredBody body)
            throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<InputStream>> response = http.sendAsync(request, BodyHandlers.ofInputStream());
        try {
            while (true) {
                long left = answer.toNanos() - body.waitingNanos();
                if (left <= 0) {
                    throw new HttpTimeoutException("request timed out");
                }
                try {
                    return response.get(left, TimeUnit.NANOSECONDS);
                } catch (TimeoutException e) {
                    continue;
                }
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
        } finally {
            response.cancel(true);
        }
    }

    private String detail(HttpResponse<InputStream> response) throws IOException {
        try (InputStream body = response.body()) {
            byte[] bytes = body.readAllBytes();
            if (!product.equals(REDISTRIBUTED)) {
                return ForeignError.text(product, response.statusCode(), bytes);
            }
            JsonObject problem = new JsonObject(Buffer.buffer(bytes));
            return Printable.of(problem.getString("detail", "status " + response.statusCode()));
        } catch (DecodeException | ClassCastException e) {
            throw notOurs("status " + response.statusCode());
        }
    }

    private IOException notOurs(String what) {
        return new IOException("the server at " + service + " is not " + product + ": " + what);
    }
}
