package io.redistributed.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.observability.HttpRequest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sets the attributes of the HTTP conventions; Vert.x only sets the URL, under an outdated name. */
final class HttpConventions {

    static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
    static final AttributeKey<String> SCHEME = AttributeKey.stringKey("url.scheme");
    static final AttributeKey<String> VERSION = AttributeKey.stringKey("network.protocol.version");

    private static final AttributeKey<String> METHOD_ORIGINAL = AttributeKey.stringKey("http.request.method_original");
    private static final AttributeKey<String> PATH = AttributeKey.stringKey("url.path");
    private static final AttributeKey<String> QUERY = AttributeKey.stringKey("url.query");
    private static final AttributeKey<String> URL = AttributeKey.stringKey("url.full");
    private static final AttributeKey<String> USER_AGENT = AttributeKey.stringKey("user_agent.original");
    private static final AttributeKey<String> SERVER_ADDRESS = AttributeKey.stringKey("server.address");
    private static final AttributeKey<String> CLIENT_ADDRESS = AttributeKey.stringKey("client.address");
    private static final AttributeKey<String> PEER_ADDRESS = AttributeKey.stringKey("network.peer.address");
    private static final AttributeKey<Long> SERVER_PORT = AttributeKey.longKey("server.port");
    private static final AttributeKey<Long> PEER_PORT = AttributeKey.longKey("network.peer.port");

    /** Query parameters that the conventions redact: the signatures of signed URLs. */
    private static final Pattern SECRET =
            Pattern.compile("(?<=[?&]|^)(AWSAccessKeyId|Signature|sig|X-Goog-Signature)=[^&#]*");

    private static final Pattern USER = Pattern.compile("(?<=://)[^/?#@]*@");
    private static final Pattern AUTHORITY = Pattern.compile("(https?)://(?:[^/?#@]*@)?([^/?#]*).*", Pattern.DOTALL);

    private HttpConventions() {}

    static SpanBuilder receiving(Tracer tracer, HttpServerRequest request, KnownMethods methods) {
        String method = request.method().name();
        HostAndPort authority = request.authority();
        SocketAddress peer = request.remoteAddress();
        String address = address(peer);
        SpanBuilder span = tracer.spanBuilder(methods.inSpanName(method))
                .setSpanKind(SpanKind.SERVER)
                .setAttribute(METHOD, methods.attribute(method))
                .setAttribute(METHOD_ORIGINAL, methods.original(method))
                .setAttribute(SCHEME, request.scheme())
                .setAttribute(PATH, request.path())
                .setAttribute(QUERY, redacted(request.query()))
                .setAttribute(VERSION, version(request.version()))
                .setAttribute(USER_AGENT, request.getHeader("user-agent"))
                // Forwarded headers are ignored, because any client can send them.
                .setAttribute(CLIENT_ADDRESS, address);
        return withAddresses(span, authority, address, peer);
    }

    static SpanBuilder sending(Tracer tracer, HttpRequest request, KnownMethods methods) {
        String method = request.method().name();
        SocketAddress peer = request.remoteAddress();
        SpanBuilder span = tracer.spanBuilder(methods.inSpanName(method))
                .setSpanKind(SpanKind.CLIENT)
                .setAttribute(METHOD, methods.attribute(method))
                .setAttribute(METHOD_ORIGINAL, methods.original(method))
                .setAttribute(URL, redactedUrl(request.absoluteURI()));
        return withAddresses(span, authority(request.absoluteURI()), address(peer), peer);
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
        span.setAttribute(PEER_ADDRESS, address);
        if (authority != null) {
            span.setAttribute(SERVER_ADDRESS, authority.host());
        }
        if (authority != null && authority.port() > 0) {
            span.setAttribute(SERVER_PORT, (long) authority.port());
        }
        if (peer != null && peer.port() > 0) {
            span.setAttribute(PEER_PORT, (long) peer.port());
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
