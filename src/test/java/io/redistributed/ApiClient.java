package io.redistributed;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.regex.Pattern;

/** A client of the API at a port of loopback; what does not answer within 30 s is thrown. Safe to use from any thread. */
final class ApiClient {

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final int port;

    ApiClient(int port) {
        this.port = port;
    }

    /** @param headers names and values in turn */
    HttpResponse<String> get(String path, String... headers) {
        return send("GET", path, BodyPublishers.noBody(), headers);
    }

    /** @param headers names and values in turn */
    HttpResponse<String> post(String path, String body, String... headers) {
        return send("POST", path, BodyPublishers.ofString(body), headers);
    }

    HttpResponse<String> send(String method, String path, BodyPublisher body, String... headers) {
        return send(method, path, body, BodyHandlers.ofString(), headers);
    }

    /** Sends a GET, and returns when the head of the response is there. The caller closes the body. */
    HttpResponse<InputStream> open(String path, String... headers) {
        return send("GET", path, BodyPublishers.noBody(), BodyHandlers.ofInputStream(), headers);
    }

    /** Sends a request and closes the stream of the response's body, which need not end. */
    HttpResponse<InputStream> head(String method, String path, String... headers) {
        HttpResponse<InputStream> response =
                send(method, path, BodyPublishers.noBody(), BodyHandlers.ofInputStream(), headers);
        try {
            response.body().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return response;
    }

    /** Returns what a stream sends until something in it matches the expression. */
    String readUntil(String path, String expression, String... headers) {
        Pattern end = Pattern.compile(expression, Pattern.DOTALL);
        HttpResponse<InputStream> response =
                send("GET", path, BodyPublishers.noBody(), BodyHandlers.ofInputStream(), headers);
        StringBuilder read = new StringBuilder();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(response.body(), UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                read.append(line).append('\n');
                if (end.matcher(read).find()) {
                    return read.toString();
                }
            }
            throw new IllegalStateException("ended without " + expression + ": " + read);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    HttpResponse<byte[]> sendBytes(String method, String path, BodyPublisher body, String... headers) {
        return send(method, path, body, BodyHandlers.ofByteArray(), headers);
    }

    private <T> HttpResponse<T> send(
            String method, String path, BodyPublisher body, BodyHandler<T> answer, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(30))
                .method(method, body);
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return http.send(request.build(), answer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The id of a report that was taken. */
    String submit(String path, String body, String... headers) {
        HttpResponse<String> response = post(path, body, headers);
        if (response.statusCode() != 202) {
            throw new IllegalStateException(response.statusCode() + " " + response.body());
        }
        return new JsonObject(response.body()).getString("id");
    }

    /** The report once it has ended. */
    JsonObject ended(String id) {
        return new JsonObject(get("/reports/" + id + "?wait=25s").body());
    }
}
