package io.redistributed.generate.traces;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.redistributed.export.otlp.OtlpEncoding;
import io.redistributed.export.otlp.OtlpReceiver;
import io.redistributed.export.store.TraceStore;
import io.redistributed.generate.GenerationException;
import io.redistributed.settings.Settings;
import io.redistributed.settings.Urls;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A service that answers searches with OTLP/JSON: {@code GET /api/v3/traces} of Jaeger, or of an API node of ours. Redirects are
 * not followed.
 */
final class TraceEndpoint {

    private static final JsonFactory JSON = new JsonFactory();
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    /** Reading takes up to 40 times this as heap. */
    private static final int MAX_BYTES = 4 << 20;

    private final HttpClient http;
    private final String name;
    private final String url;
    private final String links;
    private final Duration timeout;

    /** @param timeout to connect, and then to answer */
    TraceEndpoint(HttpClient http, String name, String url, String links, Duration timeout) {
        this.timeout = timeout;
        this.http = http;
        this.name = name;
        this.url = url;
        this.links = links;
    }

    /**
     * Reads {@code url}, such as {@code http://jaeger:16686}, and {@code links}, the address of a trace's page without its id,
     * by default {@code <url>/trace/} as in Jaeger.
     */
    static TraceEndpoint of(HttpClient http, String name, Settings settings) {
        settings.allowing("url", "links");
        String url = settings.string("url", "").replaceFirst("/+$", "");
        if (Urls.parseHttp(url).isEmpty()) {
            // Without the value, which may hold credentials.
            throw new IllegalArgumentException(
                    "endpoints." + name + ".url: must be a URL such as http://jaeger:16686, without user:password@");
        }
        return new TraceEndpoint(http, name, url, settings.string("links", url + "/trace/"), TIMEOUT);
    }

    String links() {
        return links;
    }

    /** Asks for the traces of a service. Fails with a {@link GenerationException}. */
    Future<Buffer> fetch(String service, Instant from, Instant to, int limit) {
        RequestOptions request = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setAbsoluteURI(url + "/api/v3/traces?query.service_name=" + encoded(service) + "&query.start_time_min="
                        + encoded(from.toString()) + "&query.start_time_max=" + encoded(to.toString())
                        + "&query.num_traces=" + limit)
                .setConnectTimeout(timeout.toMillis());
        return http.request(request)
                .compose(sent -> sent.send()
                        .compose(this::body)
                        .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                        .onFailure(cause -> sent.reset()))
                .recover(cause -> Future.failedFuture(
                        cause instanceof GenerationException
                                ? cause
                                : GenerationException.retryable(
                                        "endpoint '" + name + "' does not answer: " + cause.getMessage(), cause)));
    }

    private Future<Buffer> body(HttpClientResponse response) {
        if (response.statusCode() == 404) {
            // Jaeger's answer if no trace matches.
            return Future.succeededFuture(Buffer.buffer());
        }
        if (response.statusCode() != 200) {
            return Future.failedFuture(
                    GenerationException.retryable("endpoint '" + name + "' answered " + response.statusCode(), null));
        }
        Promise<Buffer> whole = Promise.promise();
        Buffer body = Buffer.buffer();
        response.exceptionHandler(whole::tryFail);
        response.endHandler(end -> whole.tryComplete(body));
        response.handler(bytes -> {
            if (body.length() + bytes.length() <= MAX_BYTES) {
                body.appendBuffer(bytes);
            } else if (whole.tryFail(GenerationException.invalidInput("endpoint '" + name + "' answered with more than "
                    + MAX_BYTES + " bytes; ask for fewer 'traces' or a shorter time"))) {
                response.request().reset();
            }
        });
        return whole.future();
    }

    /** Returns the traces of an answer. Blocks for long ones. */
    TraceStore read(Buffer answer) throws GenerationException {
        TraceStore store = new TraceStore();
        OtlpReceiver receiver = new OtlpReceiver(store);
        try {
            for (byte[] traces : results(answer.getBytes())) {
                receiver.receive(OtlpEncoding.JSON, traces);
            }
            return store;
        } catch (IOException | IllegalArgumentException e) {
            throw GenerationException.invalidInput(
                    "endpoint '" + name + "' did not answer with OTLP/JSON: " + e.getMessage());
        }
    }

    /** Returns the objects {@code result} of Jaeger's stream of objects, or the answer itself if it is plain OTLP/JSON. */
    private static List<byte[]> results(byte[] answer) throws IOException {
        List<byte[]> results = new ArrayList<>();
        try (JsonParser json = JSON.createParser(answer)) {
            while (json.nextToken() != null) {
                if (json.currentToken() == JsonToken.FIELD_NAME
                        && json.currentName().equals("result")) {
                    json.nextToken();
                    int start = (int) json.currentTokenLocation().getByteOffset();
                    json.skipChildren();
                    results.add(Arrays.copyOfRange(
                            answer, start, (int) json.currentLocation().getByteOffset()));
                } else if (json.currentToken() == JsonToken.FIELD_NAME) {
                    json.nextToken();
                    json.skipChildren();
                }
            }
        }
        return results.isEmpty() && answer.length > 0 ? List.of(answer) : results;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
