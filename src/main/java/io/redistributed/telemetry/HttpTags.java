package io.redistributed.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.spi.tracing.TagExtractor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The one place where Vert.x' tags become those of OpenTelemetry's HTTP conventions. Vert.x gives all values as text, the
 * status code among them, keeps the status of a 500 unset, and names the URL by an old name.
 */
final class HttpTags {

    /** The lowest status that is an error of a server's span, and of a client's. */
    static final int SERVER_ERRORS = 500;

    static final int CLIENT_ERRORS = 400;

    private static final String STATUS = "http.response.status_code";
    private static final AttributeKey<Long> STATUS_CODE = AttributeKey.longKey(STATUS);
    private static final AttributeKey<Long> SERVER_PORT = AttributeKey.longKey("server.port");
    private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

    private HttpTags() {}

    /** The text attributes of a request; others than HTTP servers' are as Vert.x gives them. */
    @SuppressWarnings("unchecked") // R is the type of the request that was just looked at
    static <R> TagExtractor<R> ofRequest(R request, TagExtractor<R> tags) {
        return request instanceof HttpServerRequest http ? (TagExtractor<R>) new Texts(textsOf(http)) : tags;
    }

    static void numbersOfRequest(Span span, Object request) {
        if (request instanceof HttpServerRequest http) {
            HostAndPort authority = http.authority();
            if (authority != null && authority.port() > 0) {
                span.setAttribute(SERVER_PORT, (long) authority.port());
            }
        }
    }

    /** A response's attributes but for the status code, which {@link #outcome} has set as the number that it is. */
    static <R> TagExtractor<R> ofResponse(TagExtractor<R> tags) {
        return new TagExtractor<>() {
            @Override
            public int len(R response) {
                return indexOfStatus(response, tags) < 0 ? tags.len(response) : tags.len(response) - 1;
            }

            @Override
            public String name(R response, int index) {
                return tags.name(response, skipStatus(response, index));
            }

            @Override
            public String value(R response, int index) {
                return tags.value(response, skipStatus(response, index));
            }

            private int skipStatus(R response, int index) {
                int status = indexOfStatus(response, tags);
                return status >= 0 && index >= status ? index + 1 : index;
            }
        };
    }

    static <R> void outcome(Span span, R response, Throwable failure, TagExtractor<R> tags, int errorsFrom) {
        if (failure != null) {
            span.setStatus(StatusCode.ERROR, String.valueOf(failure.getMessage()))
                    .setAttribute(ERROR_TYPE, failure.getClass().getName());
        }
        int index = response == null ? -1 : indexOfStatus(response, tags);
        if (index >= 0) {
            int status = Integer.parseInt(tags.value(response, index));
            span.setAttribute(STATUS_CODE, (long) status);
            if (status >= errorsFrom) {
                span.setStatus(StatusCode.ERROR).setAttribute(ERROR_TYPE, String.valueOf(status));
            }
        }
    }

    private static <R> int indexOfStatus(R response, TagExtractor<R> tags) {
        for (int i = 0; i < tags.len(response); i++) {
            if (STATUS.equals(tags.name(response, i))) {
                return i;
            }
        }
        return -1;
    }

    private static List<Map.Entry<String, String>> textsOf(HttpServerRequest request) {
        List<Map.Entry<String, String>> texts = new ArrayList<>(8);
        add(texts, "http.request.method", request.method().name());
        add(texts, "url.scheme", request.scheme());
        add(texts, "url.path", request.path());
        add(texts, "url.query", request.query());
        add(texts, "network.protocol.version", version(request.version()));
        add(texts, "user_agent.original", request.getHeader("user-agent"));
        HostAndPort authority = request.authority();
        add(texts, "server.address", authority == null ? null : authority.host());
        add(texts, "client.address", request.remoteAddress().hostAddress());
        return texts;
    }

    private static void add(List<Map.Entry<String, String>> texts, String name, String value) {
        if (value != null) {
            texts.add(Map.entry(name, value));
        }
    }

    private static String version(HttpVersion version) {
        return switch (version) {
            case HTTP_1_0 -> "1.0";
            case HTTP_1_1 -> "1.1";
            case HTTP_2 -> "2";
        };
    }

    /** Tags that were read in advance. */
    private record Texts(List<Map.Entry<String, String>> texts) implements TagExtractor<HttpServerRequest> {

        @Override
        public int len(HttpServerRequest request) {
            return texts.size();
        }

        @Override
        public String name(HttpServerRequest request, int index) {
            return texts.get(index).getKey();
        }

        @Override
        public String value(HttpServerRequest request, int index) {
            return texts.get(index).getValue();
        }
    }
}
