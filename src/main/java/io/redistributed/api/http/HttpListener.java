package io.redistributed.api.http;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.timeout.IdleStateHandler;
import io.redistributed.vertx.server.ServerInternals;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.tracing.TracingPolicy;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Opens HTTP servers with the options that all servers of this process share, such as limits per client. */
public final class HttpListener {

    /** Longer than the longest long poll and the heartbeat interval of event streams. */
    private static final int IDLE_SECONDS = 75;

    /** Limits what the kernel buffers for a client that does not read; its default grows to megabytes. */
    private static final int SEND_BUFFER_BYTES = 1 << 18;

    /** Concurrent streams of one HTTP/2 connection. */
    private static final int MAX_STREAMS = 64;

    /** Limits for the HTTP/2 connection preface, or the HTTP/1 request head received in its place. */
    private static final int PREFACE_SECONDS = 10;

    private static final int MAX_PREFACE_BYTES = 256;

    private static final int HANDSHAKE_SECONDS = 10;

    private final HttpServerOptions options;
    private final ConnectionLimit connections;
    private ServerTls tls = ServerTls.NONE;
    private boolean http2;

    /**
     * @param context of the verticle, whose instances share {@code maxConnections}
     * @param tracing of requests
     */
    public HttpListener(Context context, String host, int port, int maxConnections, TracingPolicy tracing) {
        options = new HttpServerOptions()
                .setHost(host)
                .setPort(port)
                .setTracingPolicy(tracing)
                .setCompressionSupported(true)
                .setHttp2ClearTextEnabled(false)
                // No route uses WebSockets, so connections do not need their handler.
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false)
                .setSendBufferSize(SEND_BUFFER_BYTES)
                .setIdleTimeout(IDLE_SECONDS);
        connections = new ConnectionLimit(
                (maxConnections + context.getInstanceCount() - 1) / context.getInstanceCount(), maxConnections);
    }

    /** Starts a server. Fails with an {@link IllegalStateException} that names the address. */
    public Future<HttpServer> listen(Vertx vertx, Handler<HttpServerRequest> handler) {
        if (!tls.isOn()) {
            return open(vertx, handler);
        }
        return vertx.executeBlocking(() -> tls.read(vertx)).compose(files -> {
            options.setSsl(true)
                    .setUseAlpn(true)
                    .setAlpnVersions(List.of(http2 ? HttpVersion.HTTP_2 : HttpVersion.HTTP_1_1))
                    .setSslHandshakeTimeout(HANDSHAKE_SECONDS)
                    .setSslHandshakeTimeoutUnit(TimeUnit.SECONDS);
            ServerTls.configure(options.getSslOptions(), files);
            return open(vertx, handler)
                    .onSuccess(
                            server -> new CertificateWatch(vertx, tls, server, options.getSslOptions(), files).start());
        });
    }

    private Future<HttpServer> open(Vertx vertx, Handler<HttpServerRequest> handler) {
        return vertx.createHttpServer(options)
                .connectionHandler(this::guard)
                .exceptionHandler(new HandshakeLog())
                .invalidRequestHandler(Problems::refuse)
                .requestHandler(handler)
                .listen()
                .recover(cause -> Future.failedFuture(new IllegalStateException(
                        "cannot listen on " + options.getHost() + ":" + options.getPort() + ": " + cause.getMessage(),
                        cause)));
    }

    /** Serves HTTP/2, without TLS by prior knowledge, and rejects HTTP/1. */
    public HttpListener http2() {
        http2 = true;
        options.setHttp2ClearTextEnabled(true)
                .setInitialSettings(options.getInitialSettings().setMaxConcurrentStreams(MAX_STREAMS))
                .setIdleTimeout(PREFACE_SECONDS)
                .setMaxInitialLineLength(MAX_PREFACE_BYTES)
                .setMaxHeaderSize(MAX_PREFACE_BYTES);
        return this;
    }

    /** Serves HTTPS if the settings say so. */
    public HttpListener tls(ServerTls newTls) {
        tls = newTls;
        return this;
    }

    private void guard(HttpConnection connection) {
        StalledWrites.watch(connection);
        ChannelPipeline pipeline = ServerInternals.pipeline(connection);
        if (!http2) {
            Http1Guard guard = new Http1Guard(connections);
            pipeline.replace("httpDecoder", "httpDecoder", new StrictRequestDecoder(options.getHttp1Config(), guard));
            pipeline.addBefore("httpDecoder", "first", new FirstBytes());
            pipeline.addBefore("handler", "guard", guard);
            connections.opened(pipeline.channel());
        } else if (pipeline.get("handler") instanceof Http2ConnectionHandler handler) {
            pipeline.replace("idle", "idle", new IdleStateHandler(0, 0, IDLE_SECONDS));
            new Http2Guard(handler, pipeline.context(handler), connections);
            connections.opened(pipeline.channel());
        } else {
            Problems.refuse(
                    pipeline, 505, "this port serves HTTP/2" + (tls.isOn() ? "" : " without TLS") + ", not HTTP/1");
        }
    }
}
