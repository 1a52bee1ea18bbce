package io.redistributed.export.collector;

import io.netty.handler.codec.http2.Http2Error;
import io.redistributed.system.Version;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.tracing.TracingPolicy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends messages to a collector, each in one attempt. Runs on the context of the exporter verticle. */
public final class CollectorClient {

    private static final Logger log = LoggerFactory.getLogger(CollectorClient.class);

    private static final String HOST = "host";
    private static final int BLOCKING_THREADS = 2;

    /** The rest of a response is dropped. */
    static final int MAX_RESPONSE_BYTES = 65_536;

    private static final String USER_AGENT =
            "redistributed" + Version.get().map(version -> '/' + version).orElse("");

    private final Vertx vertx;
    private final ExporterSettings settings;
    private final CollectorProtocol protocol;

    /** For lookups and compression, so that they and others do not wait for each other. */
    private final WorkerExecutor blocking;

    /** The header {@code host} of the settings; null without one. */
    private final HostAndPort authority;

    private final HttpClientOptions options;
    private HttpClient http;
    private Future<Route> route;
    private int routesLeft;
    private boolean closed;

    private CollectorClient(Vertx vertx, ExporterSettings settings, CollectorProtocol protocol) {
        this.vertx = vertx;
        this.settings = settings;
        this.protocol = protocol;
        this.authority = settings.headers().entrySet().stream()
                .filter(header -> header.getKey().equalsIgnoreCase(HOST))
                .findFirst()
                .map(header -> HostAndPort.parseAuthority(header.getValue(), -1))
                .orElse(null);
        this.options = options();
        this.blocking = vertx.createSharedWorkerExecutor(settings.label(), BLOCKING_THREADS);
        this.http = client();
    }

    /**
     * Blocks: reads certificates.
     *
     * @param method service and method, {@code package.Service/Method}
     * @throws IllegalArgumentException if a certificate or key cannot be used
     */
    public static CollectorClient grpc(Vertx vertx, ExporterSettings settings, String method) {
        boolean otlp = settings.type().equals(ExporterSettings.OTLP);
        return new CollectorClient(vertx, settings, new GrpcProtocol(method, settings.isCompressed(), otlp));
    }

    /**
     * Blocks: reads certificates.
     *
     * @throws IllegalArgumentException if a certificate or key cannot be used
     */
    public static CollectorClient http(Vertx vertx, ExporterSettings settings) {
        return new CollectorClient(vertx, settings, new HttpProtocol(settings.url(), settings.isCompressed()));
    }

    /**
     * Returns the message of the response. Fails with a {@link CollectorException} if the collector refuses, with a {@link TimeoutException} if it is silent.
     *
     * @param message in parts, which must not change until then
     */
    public Future<Buffer> send(Collection<ProtoWriter> message) {
        if (settings.isCompressed()) {
            return blocking.executeBlocking(() -> gzipped(message), false).compose(this::call);
        }
        Buffer body =
                protocol.prefix(message.stream().mapToInt(ProtoWriter::size).sum());
        message.forEach(part -> part.appendTo(body));
        return call(body);
    }

    /** Calls in flight fail. */
    public Future<Void> close() {
        closed = true;
        return Future.join(http.close(), blocking.close()).mapEmpty();
    }

    private Future<Buffer> call(Buffer body) {
        HttpClient usedClient = http;
        Future<Route> usedRoute = route();
        Future<HttpClientRequest> opened = usedRoute
                .compose(found -> usedClient.request(request(found)))
                .map(request -> request.exceptionHandler(this::ignore));
        AtomicBoolean late = new AtomicBoolean();
        return opened.compose(request ->
                        late.get() ? Future.failedFuture(new TimeoutException()) : exchange(request, body, usedClient))
                .timeout(settings.timeout().toMillis(), TimeUnit.MILLISECONDS)
                .onFailure(failure -> {
                    late.set(failure instanceof TimeoutException);
                    if (late.get()) {
                        opened.onSuccess(request -> request.reset(Http2Error.CANCEL.code()));
                        replace(usedClient);
                    }
                    if (late.get() || opened.failed()) {
                        leave(usedRoute);
                    }
                });
    }

    private Future<Buffer> exchange(HttpClientRequest request, Buffer body, HttpClient used) {
        if (authority != null) {
            request.authority(authority);
        }
        Future<Void> written = request.end(body);
        return request.response().compose(this::verdict).onComplete(answered -> {
            if (!written.isComplete()) {
                // The connection would keep the rest of the body.
                replace(used);
            }
        });
    }

    private Future<Buffer> verdict(HttpClientResponse response) {
        Buffer body = Buffer.buffer();
        response.handler(part -> {
            if (body.length() < MAX_RESPONSE_BYTES) {
                body.appendBuffer(part);
            }
        });
        return response.end().compose(ended -> {
            Optional<CollectorException> failure = protocol.failure(response, body);
            return failure.isPresent()
                    ? Future.failedFuture(failure.get())
                    : Future.succeededFuture(protocol.message(body));
        });
    }

    /**
     * Has later calls use other connections: that of a silent call may be dead, which the kernel notices after a quarter of an
     * hour, or it may never get ready. Calls in flight may still complete.
     */
    private void replace(HttpClient silent) {
        if (silent == http && !closed) {
            http = client();
            vertx.setTimer(settings.timeout().toMillis(), passed -> silent.close());
        }
    }

    /** The future of a call says the same. */
    private void ignore(Throwable failure) {
        log.debug("Connection to {}", settings.label(), failure);
    }

    private Future<Route> route() {
        if (route == null) {
            int turn = routesLeft;
            route = blocking.executeBlocking(() -> Route.find(settings, turn), false);
        }
        return route;
    }

    /** Has later calls find another route, unless it is still being looked for. */
    private void leave(Future<Route> used) {
        if (used == route && used.isComplete()) {
            route = null;
            routesLeft = (routesLeft + 1) & Integer.MAX_VALUE;
        }
    }

    private RequestOptions request(Route by) {
        RequestOptions request = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost(settings.host())
                .setPort(settings.port())
                .putHeader(HttpHeaders.USER_AGENT, USER_AGENT);
        by.applyTo(request);
        settings.headers().forEach((name, value) -> {
            if (!name.equalsIgnoreCase(HOST)) {
                request.putHeader(name, value);
            }
        });
        protocol.describe(request);
        return request;
    }

    private HttpClient client() {
        return vertx.httpClientBuilder()
                .with(options)
                .withConnectHandler(this::watch)
                .build();
    }

    private void watch(HttpConnection connection) {
        connection.exceptionHandler(this::ignore);
        if (connection.protocolVersion() == HttpVersion.HTTP_2) {
            // Without this it stays open for as long as the collector likes.
            connection.goAwayHandler(leaving -> connection.shutdown(settings.timeout()));
        }
    }

    private HttpClientOptions options() {
        HttpClientOptions http = new HttpClientOptions()
                .setSsl(settings.isSecure())
                .setUseAlpn(settings.isSecure())
                .setProtocolVersion(protocol.version())
                .setHttp2ClearTextUpgrade(false)
                .setConnectTimeout(
                        (int) Math.min(Integer.MAX_VALUE, settings.timeout().toMillis()))
                // Else each export would be a trace of its own, to be exported.
                .setTracingPolicy(TracingPolicy.IGNORE);
        settings.tls().configure(http, vertx);
        return http;
    }

    private Buffer gzipped(Collection<ProtoWriter> message) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(bytes)) {
            for (ProtoWriter part : message) {
                part.writeTo(gzip);
            }
        }
        return protocol.prefix(bytes.size()).appendBytes(bytes.toByteArray());
    }
}
