package io.redistributed.telemetry;

import static io.redistributed.testing.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.redistributed.settings.Settings;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.tracing.TracingPolicy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ServiceTracerTest {

    private static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");
    private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

    private final Map<String, InMemorySpanExporter> services = new ConcurrentHashMap<>();
    private Vertx vertx;
    private Server server;

    @BeforeEach
    void start() {
        Map<String, OpenTelemetry> telemetries = new ConcurrentHashMap<>();
        Telemetry telemetry = new Telemetry(name -> telemetries.computeIfAbsent(name, this::service));
        vertx = Vertx.builder()
                .withTracer(new ServiceTracerFactory(
                        telemetry, request -> !request.path().equals("/untraced")))
                .build();
        server = new Server();
        await(vertx.deployVerticle(server, as("server")));
    }

    @AfterEach
    void stop() {
        await(vertx.close());
    }

    @Test
    void spansBelongToServiceOfVerticle() {
        get("/200", as("client"));
        SpanData received = only("server");
        SpanData sent = only("client");
        assertThat(received.getKind()).isEqualTo(SpanKind.SERVER);
        assertThat(sent.getKind()).isEqualTo(SpanKind.CLIENT);
        assertThat(received.getTraceId()).isEqualTo(sent.getTraceId());
        assertThat(received.getParentSpanId()).isEqualTo(sent.getSpanId());
    }

    @Test
    void defaultServiceIsReportGenerator() {
        get("/200", new DeploymentOptions());
        assertThat(only(Telemetry.REPORT_GENERATOR).getKind()).isEqualTo(SpanKind.CLIENT);
    }

    @Test
    void clientErrorIsErrorOfClientSpanOnly() {
        get("/404", as("client"));
        assertThat(only("client").getAttributes().get(STATUS)).isEqualTo(404L);
        assertThat(only("client").getAttributes().get(ERROR_TYPE)).isEqualTo("404");
        assertThat(only("client").getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(only("server").getAttributes().get(STATUS)).isEqualTo(404L);
        assertThat(only("server").getAttributes().get(ERROR_TYPE)).isNull();
        assertThat(only("server").getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    }

    @Test
    void serverErrorIsErrorOfBothSpans() {
        get("/500", as("client"));
        assertThat(services.keySet()).containsExactlyInAnyOrder("client", "server");
        for (String service : services.keySet()) {
            assertThat(only(service).getAttributes().get(STATUS)).isEqualTo(500L);
            assertThat(only(service).getAttributes().get(ERROR_TYPE)).isEqualTo("500");
            assertThat(only(service).getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        }
    }

    @Test
    void excludedRequestHasNoSpan() {
        get("/untraced", as("client"));
        get("/200", as("client"));
        assertThat(services.get("server").getFinishedSpanItems()).hasSize(1);
    }

    @Test
    void workAfterResponseBelongsToTrace() {
        get("/200", as("client"));
        assertThat(await(server.afterwards.future()))
                .isEqualTo(only("server").getSpanContext().getSpanId());
    }

    @Test
    void requestWithoutVerticleIsSent() {
        int status = await(vertx.createHttpClient(new HttpClientOptions().setTracingPolicy(TracingPolicy.ALWAYS))
                .request(HttpMethod.GET, server.port(), "127.0.0.1", "/200")
                .compose(request -> request.send().map(HttpClientResponse::statusCode)));
        assertThat(status).isEqualTo(200);
    }

    private void get(String path, DeploymentOptions options) {
        await(vertx.deployVerticle(new Client(server.port(), path), options));
    }

    private SpanData only(String service) {
        assertThat(services.get(service).getFinishedSpanItems()).hasSize(1);
        return services.get(service).getFinishedSpanItems().get(0);
    }

    private OpenTelemetry service(String name) {
        InMemorySpanExporter exporter = InMemorySpanExporter.create();
        services.put(name, exporter);
        return OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                        .build())
                .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
                .build();
    }

    private static DeploymentOptions as(String service) {
        return new DeploymentOptions()
                .setConfig(new JsonObject().put(Settings.NODE, new JsonObject().put("service", service)));
    }

    /** Answers the status that is its path. */
    private static final class Server extends VerticleBase {

        /** The id of the span that is current once a request has been answered. */
        private final Promise<String> afterwards = Promise.promise();

        private HttpServer http;

        @Override
        public Future<?> start() {
            http = vertx.createHttpServer(new HttpServerOptions().setTracingPolicy(TracingPolicy.ALWAYS))
                    .requestHandler(request -> {
                        String status = request.path().substring(1);
                        request.response()
                                .setStatusCode(status.matches("\\d+") ? Integer.parseInt(status) : 200)
                                .end()
                                .onSuccess(v -> vertx.runOnContext(w -> afterwards.tryComplete(
                                        Span.current().getSpanContext().getSpanId())));
                    });
            return http.listen(0, "127.0.0.1");
        }

        int port() {
            return http.actualPort();
        }
    }

    /** Has got its answer when it is deployed. */
    private static final class Client extends VerticleBase {

        private final int port;
        private final String path;

        Client(int port, String path) {
            this.port = port;
            this.path = path;
        }

        @Override
        public Future<?> start() {
            return vertx.createHttpClient(new HttpClientOptions().setTracingPolicy(TracingPolicy.ALWAYS))
                    .request(HttpMethod.GET, port, "127.0.0.1", path)
                    .compose(request -> request.send().compose(HttpClientResponse::end));
        }
    }
}
