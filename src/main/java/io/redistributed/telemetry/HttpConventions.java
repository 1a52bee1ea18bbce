package io.redistributed.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.observability.HttpRequest;
import io.vertx.core.spi.tracing.SpanKind;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The HTTP conventions for requests: Vert.x gives the URL under an old name, and little else. */
final class HttpConventions {

    static final String METHOD = "http.request.method";
    static final String SCHEME = "url.scheme";
    static final String VERSION = "network.protocol.version";

    private static final String METHOD_ORIGINAL = "http.request.method_original";
    private static final String SERVER_ADDRESS = "server.address";
    private static final String PEER_ADDRESS = "network.peer.address";
    private static final AttributeKey<Long> SERVER_PORT = AttributeKey.longKey("server.port");
    private static final AttributeKey<Long> PEER_PORT = AttributeKey.longKey("network.peer.port");

    /** Query parameters that the conventions have redacted: signatures of URLs that whoever knows them may use. */
    private static final Pattern SECRET =
            Pattern.compile("(?<=[?&]|^)(AWSAccessKeyId|Signature|sig|X-Goog-Signature)=[^&#]*");

    private static final Pattern USER = Pattern.compile("(?<=://)[^/?#@]*@");
    private static final Pattern AUTHORITY = Pattern.compile("(https?)://(?:[^/?#@]*@)?([^/?#]*).*", Pattern.DOTALL);

    private HttpConventions() {}

    static <R> SpanStart<R> receiving(HttpServerRequest request, KnownMethods methods) {
        String method = request.method().name();
        HostAndPort authority = request.authority();
        SocketAddress peer = request.remoteAddress();
        Tags<R> tags = new Tags<R>()
                .with(METHOD, methods.attribute(method))
                .with(METHOD_ORIGINAL, methods.original(method))
                .with(SCHEME, request.scheme())
                .with("url.path", request.path())
                .with("url.query", redacted(request.query()))
                .with(VERSION, version(request.version()))
                .with("user_agent.original", request.getHeader("user-agent"))
                .with(SERVER_ADDRESS, authority == null ? null : authority.host())
                // What proxies say of a client, anybody could say.
                .with("client.address", address(peer))
                .with(PEER_ADDRESS, address(peer));
        return new SpanStart<>(SpanKind.RPC, methods.inSpanName(method), tags, ports(authority, peer));
    }

    static <R> SpanStart<R> sending(HttpRequest request, KnownMethods methods) {
        String method = request.method().name();
        SocketAddress peer = request.remoteAddress();
        HostAndPort authority = authority(request.absoluteURI());
        Tags<R> tags = new Tags<R>()
                .with(METHOD, methods.attribute(method))
                .with(METHOD_ORIGINAL, methods.original(method))
                .with("url.full", redactedUrl(request.absoluteURI()))
                .with(SERVER_ADDRESS, authority == null ? null : authority.host())
                .with(PEER_ADDRESS, address(peer));
        return new SpanStart<>(SpanKind.RPC, methods.inSpanName(method), tags, ports(authority, peer));
    }

    /** Null for one that Vert.x has no name for. */
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

    private static Attributes ports(HostAndPort authority, SocketAddress peer) {
        AttributesBuilder ports = Attributes.builder();
        if (authority != null && authority.port() > 0) {
            ports.put(SERVER_PORT, (long) authority.port());
        }
        if (peer != null && peer.port() > 0) {
            ports.put(PEER_PORT, (long) peer.port());
        }
        return ports.build();
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
