package io.redistributed.testing;

import static io.redistributed.testing.Waiting.await;

import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPInputStream;

/**
 * Takes OTLP over HTTP, in protobuf, on a free port of loopback: spans on {@code POST /v1/traces}, and metrics on
 * {@code POST /v1/metrics}.
 */
public final class OtlpHttpCollector implements AutoCloseable {

    private final List<ReceivedSpan> spans = new CopyOnWriteArrayList<>();
    private final Set<String> metrics = ConcurrentHashMap.newKeySet();
    private final Map<String, List<Metric>> latest = new ConcurrentHashMap<>();
    private final List<String> authorizations = new CopyOnWriteArrayList<>();
    private final List<String> encodings = new CopyOnWriteArrayList<>();
    private final AtomicInteger requests = new AtomicInteger();
    private final HttpServer server;
    private final String scheme;
    private volatile int status = 200;
    private volatile Buffer reply = Buffer.buffer();
    private volatile String replyType = "application/x-protobuf";
    private volatile String retryAfter;

    /** Without TLS. */
    public OtlpHttpCollector(Vertx vertx) {
        this(vertx, new HttpServerOptions(), "http");
    }

    /** With TLS, for those clients alone that the authority of these certificates knows. */
    public OtlpHttpCollector(Vertx vertx, Certificates certificates) {
        this(
                vertx,
                new HttpServerOptions()
                        .setSsl(true)
                        .setUseAlpn(true)
                        .setClientAuth(ClientAuth.REQUIRED)
                        .setTrustOptions(new PemTrustOptions()
                                .addCertPath(certificates.certificate("ca").toString()))
                        .setKeyCertOptions(new PemKeyCertOptions()
                                .setCertPath(certificates.certificate("server").toString())
                                .setKeyPath(certificates.key("server").toString())),
                "https");
    }

    private OtlpHttpCollector(Vertx vertx, HttpServerOptions options, String scheme) {
        this.scheme = scheme;
        server =
                await(vertx.createHttpServer(options).requestHandler(this::take).listen(0, "127.0.0.1"));
    }

    /** Without a path. */
    public String endpoint() {
        return scheme + "://127.0.0.1:" + server.actualPort();
    }

    public int port() {
        return server.actualPort();
    }

    /** Answers with this HTTP status from now on; takes the spans only if it is 200. */
    public void answerWith(int newStatus) {
        status = newStatus;
    }

    /** Answers with this body from now on. */
    public void reply(Buffer newReply) {
        reply = newReply;
    }

    /** Answers with this header {@code Content-Type} from now on. */
    public void replyType(String newReplyType) {
        replyType = newReplyType;
    }

    /** Answers with this header {@code Retry-After} from now on. */
    public void retryAfter(String newRetryAfter) {
        retryAfter = newRetryAfter;
    }

    /** Returns the spans accepted so far. */
    public List<ReceivedSpan> spans() {
        return spans;
    }

    /** The names of the metrics that came. */
    public Set<String> metrics() {
        return metrics;
    }

    /** The metrics in the latest request of a service. */
    public List<Metric> latestMetrics(String service) {
        return latest.getOrDefault(service, List.of());
    }

    /** How many requests came. */
    public int requests() {
        return requests.get();
    }

    /** The {@code authorization} headers that came. */
    public List<String> authorizations() {
        return authorizations;
    }

    /** The {@code content-encoding} headers that came, {@code null} as text if there was none. */
    public List<String> encodings() {
        return encodings;
    }

    @Override
    public void close() {
        await(server.close());
    }

    private void take(HttpServerRequest request) {
        requests.incrementAndGet();
        int answered = status;
        boolean isTraces = request.path().equals("/v1/traces");
        if (!isTraces && !request.path().equals("/v1/metrics")
                || !"application/x-protobuf".equals(request.getHeader("content-type"))) {
            request.response().setStatusCode(answered == 200 ? 404 : answered).end();
            return;
        }
        request.body().onSuccess(body -> {
            if (answered == 200) {
                authorizations.add(request.getHeader("authorization"));
                String encoding = String.valueOf(request.getHeader("content-encoding"));
                encodings.add(encoding);
                byte[] message = encoding.equals("gzip") ? inflate(body) : body.getBytes();
                if (isTraces) {
                    spans.addAll(spansOf(message));
                } else {
                    takeMetrics(message);
                }
            }
            if (retryAfter != null) {
                request.response().putHeader("retry-after", retryAfter);
            }
            request.response()
                    .putHeader("content-type", replyType)
                    .setStatusCode(answered)
                    .end(reply);
        });
    }

    private static byte[] inflate(Buffer body) {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(body.getBytes()))) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<ReceivedSpan> spansOf(byte[] message) {
        try {
            return OtlpSpans.of(ExportTraceServiceRequest.parseFrom(message));
        } catch (InvalidProtocolBufferException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void takeMetrics(byte[] message) {
        try {
            for (ResourceMetrics resource :
                    ExportMetricsServiceRequest.parseFrom(message).getResourceMetricsList()) {
                List<Metric> received = resource.getScopeMetricsList().stream()
                        .flatMap(scope -> scope.getMetricsList().stream())
                        .toList();
                received.forEach(metric -> metrics.add(metric.getName()));
                resource.getResource().getAttributesList().stream()
                        .filter(attribute -> attribute.getKey().equals("service.name"))
                        .forEach(name -> latest.put(name.getValue().getStringValue(), received));
            }
        } catch (InvalidProtocolBufferException e) {
            throw new UncheckedIOException(e);
        }
    }
}
