package io.redistributed.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.redistributed.system.MachineFault;
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
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A client of a running service. Calls block, and fail with an {@link IOException} that says what for people if there is no
 * answer or the service cannot do it now, with a {@link RefusedException} if it will not.
 */
final class ReportClient {

    private static final Duration CONNECT = Duration.ofSeconds(5);

    /** Longer than the service holds an answer back. */
    private static final Duration ANSWER = Duration.ofSeconds(60);

    private static final int TOO_MANY_REQUESTS = 429;
    private static final int TRACE_ATTEMPTS = 10;
    private static final Duration TRACE_PAUSE = Duration.ofMillis(250);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .build();
    private final URI service;

    /** @param service whose path, if it has one, is in front of the API's */
    ReportClient(URI service) {
        this.service = service;
    }

    /** As {@code POST /reports} answers. */
    JsonObject submit(Map<String, String> query, BodyPublisher body, String idempotencyKey)
            throws IOException, InterruptedException {
        String parameters = query.entrySet().stream()
                .map(entry ->
                        URLEncoder.encode(entry.getKey(), UTF_8) + '=' + URLEncoder.encode(entry.getValue(), UTF_8))
                .collect(Collectors.joining("&"));
        HttpRequest.Builder request = request("/reports?" + parameters).POST(body);
        if (idempotencyKey != null) {
            request.header("idempotency-key", idempotencyKey);
        }
        JsonObject accepted = json(request);
        if (!(accepted.getValue("links") instanceof JsonObject)) {
            throw notOurs("a report without links");
        }
        return accepted;
    }

    /** As {@code GET /reports/{id}} answers. */
    JsonObject report(String path, Duration wait) throws IOException, InterruptedException {
        return json(request(path + "?wait=" + wait.toMillis() + "ms").GET());
    }

    /** As {@code DELETE /reports/{id}} answers. */
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
     * As {@code GET /traces/{traceId}} answers; empty if there is none. The spans of other processes come a moment later,
     * so it asks again while a message seems to have reached nobody.
     */
    Optional<JsonObject> trace(String path) throws InterruptedException {
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

    /** The URL of a path, for people. */
    URI url(String path) {
        return URI.create(service.toString().replaceFirst("/+$", "") + path);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(url(path)).timeout(ANSWER);
    }

    private JsonObject json(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<InputStream> response = send(request);
        try (InputStream body = response.body()) {
            return new JsonObject(Buffer.buffer(body.readAllBytes()));
        } catch (DecodeException e) {
            throw notOurs("status " + response.statusCode());
        }
    }

    private HttpResponse<InputStream> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<InputStream> response;
        try {
            response = http.send(request.build(), BodyHandlers.ofInputStream());
        } catch (ConnectException e) {
            throw new ConnectException("cannot connect to " + service + "; is the service running there?");
        } catch (IOException e) {
            MachineFault.throwIfCauseOf(e);
            throw new IOException("no answer from " + service + ": " + e.getMessage(), e);
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

    private String detail(HttpResponse<InputStream> response) throws IOException {
        try (InputStream body = response.body()) {
            JsonObject problem = new JsonObject(Buffer.buffer(body.readAllBytes()));
            return Printable.of(problem.getString("detail", "status " + response.statusCode()));
        } catch (DecodeException | ClassCastException e) {
            throw notOurs("status " + response.statusCode());
        }
    }

    private IOException notOurs(String what) {
        return new IOException("what answers at " + service + " is not this service: " + what);
    }
}
