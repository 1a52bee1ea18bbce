package io.redistributed.telemetry;

import static io.opentelemetry.semconv.ClientAttributes.CLIENT_ADDRESS;
import static io.opentelemetry.semconv.HttpAttributes.HTTP_REQUEST_METHOD;
import static io.opentelemetry.semconv.HttpAttributes.HTTP_REQUEST_METHOD_ORIGINAL;
import static io.opentelemetry.semconv.NetworkAttributes.NETWORK_PEER_ADDRESS;
import static io.opentelemetry.semconv.NetworkAttributes.NETWORK_PEER_PORT;
import static io.opentelemetry.semconv.NetworkAttributes.NETWORK_PROTOCOL_VERSION;
import static io.opentelemetry.semconv.ServerAttributes.SERVER_ADDRESS;
import static io.opentelemetry.semconv.ServerAttributes.SERVER_PORT;
import static io.opentelemetry.semconv.UrlAttributes.URL_FULL;
import static io.opentelemetry.semconv.UrlAttributes.URL_PATH;
import static io.opentelemetry.semconv.UrlAttributes.URL_QUERY;
import static io.opentelemetry.semconv.UrlAttributes.URL_SCHEME;
import static io.opentelemetry.semconv.UserAgentAttributes.USER_AGENT_ORIGINAL;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.redistributed.vertx.server.ReceivedRequest;
import io.redistributed.vertx.server.SentRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.SocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sets the attributes of the HTTP conventions; Vert.x only sets the URL_FULL, under an outdated name. */
final class HttpConventions {

    /** Query parameters that the conventions redact: the signatures of signed URLs. */
    private static final Pattern SECRET =
            Pattern.compile("(?<=[?&]|^)(AWSAccessKeyId|Signature|sig|X-Goog-Signature)=[^&#]*");

    private static final Pattern USER = Pattern.compile("(?<=://)[^/?#@]*@");
    private static final Pattern AUTHORITY = Pattern.compile("(https?)://(?:[^/?#@]*@)?([^/?#]*).*", Pattern.DOTALL);

    private HttpConventions() {}

    static SpanBuilder receiving(Tracer tracer, ReceivedRequest request, KnownMethods methods) {
        String method = request.method().name();
        String address = address(request.peer());
        SpanBuilder span = tracer.spanBuilder(methods.inSpanName(method))
                .setSpanKind(SpanKind.SERVER)
                .setAttribute(HTTP_REQUEST_METHOD, methods.attribute(method))
                .setAttribute(HTTP_REQUEST_METHOD_ORIGINAL, methods.original(method))
                .setAttribute(URL_SCHEME, request.scheme())
                .setAttribute(URL_PATH, request.path())
                .setAttribute(URL_QUERY, redacted(request.query()))
                .setAttribute(NETWORK_PROTOCOL_VERSION, version(request.version()))
                .setAttribute(USER_AGENT_ORIGINAL, request.headers().get("user-agent"))
                // Forwarded headers are ignored, because any client can send them.
                .setAttribute(CLIENT_ADDRESS, address);
        return withAddresses(span, request.authority(), address, request.peer());
    }

    static SpanBuilder sending(Tracer tracer, SentRequest request, KnownMethods methods) {
        String method = request.method().name();
        SpanBuilder span = tracer.spanBuilder(methods.inSpanName(method))
                .setSpanKind(SpanKind.CLIENT)
                .setAttribute(HTTP_REQUEST_METHOD, methods.attribute(method))
                .setAttribute(HTTP_REQUEST_METHOD_ORIGINAL, methods.original(method))
                .setAttribute(URL_FULL, redactedUrl(request.url()));
        return withAddresses(span, authority(request.url()), address(request.peer()), request.peer());
    }

    /** Sets the client's address on the span of a request that began without it. */
    static void addClient(Span span, SocketAddress client) {
        String address = address(client);
        span.setAttribute(CLIENT_ADDRESS, address).setAttribute(NETWORK_PEER_ADDRESS, address);
        if (client != null && client.port() > 0) {
            span.setAttribute(NETWORK_PEER_PORT, (long) client.port());
        }
    }

    /** Returns null for a protocol version that Vert.x has no name for. */
    static String version(HttpVersion version) {
        if (version == null) {
            return null;
        }
        return switch (version) {
            case HTTP_1_0 -> "1.0";
            case HTTP_1_1 -> "1.1";
            case HTTP_2 -> "2";
            case HTTP_3 -> "3";
        };
    }

    /** Skips null values. */
    private static SpanBuilder withAddresses(
            SpanBuilder span, HostAndPort authority, String address, SocketAddress peer) {
        span.setAttribute(NETWORK_PEER_ADDRESS, address);
        if (authority != null) {
            span.setAttribute(SERVER_ADDRESS, authority.host());
        }
        if (authority != null && authority.port() > 0) {
            span.setAttribute(SERVER_PORT, (long) authority.port());
        }
        if (peer != null && peer.port() > 0) {
            span.setAttribute(NETWORK_PEER_PORT, (long) peer.port());
        }
        return span;
    }

    private static String address(SocketAddress peer) {
        if (peer == null) {
            return null;
        }
        return peer.isDomainSocket() ? peer.path() : peer.hostAddress();
    }

    private static HostAndPort authority(String url) {
        Matcher parts = AUTHORITY.matcher(url);
        return parts.matches()
                ? HostAndPort.parseAuthority(parts.group(2), parts.group(1).equals("https") ? 443 : 80)
                : null;
    }

    private static String redactedUrl(String url) {
        return redacted(USER.matcher(url).replaceFirst("REDACTED:REDACTED@"));
    }

    private static String redacted(String text) {
        return text == null ? null : SECRET.matcher(text).replaceAll("$1=REDACTED");
    }
}
