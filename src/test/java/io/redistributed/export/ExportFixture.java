package io.redistributed.export;

import static io.redistributed.testing.Waiting.await;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.redistributed.export.store.TraceStore;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** A pipeline, two services that trace into it, and the verticle deployed by name. */
final class ExportFixture implements AutoCloseable {

    static final String VERTICLE = "java:io.redistributed.export.JaegerExporterVerticle";

    final Vertx vertx;
    final SpanPipeline pipeline;
    final Tracer api;
    final Tracer reports;
    private final List<SdkTracerProvider> providers = new ArrayList<>();

    ExportFixture(Vertx vertx, SpanQueue queue) {
        this.vertx = vertx;
        pipeline = new SpanPipeline(queue, new TraceStore());
        pipeline.install(vertx);
        api = tracer("api");
        reports = tracer("report-generator");
    }

    /** With the verticle deployed. */
    static ExportFixture with(Vertx vertx, JsonObject config) {
        ExportFixture fixture = new ExportFixture(vertx, new SpanQueue(SpanQueue.DEFAULT_CAPACITY));
        fixture.deploy(config);
        return fixture;
    }

    String deploy(JsonObject config) {
        return await(vertx.deployVerticle(VERTICLE, new DeploymentOptions().setConfig(config)));
    }

    void undeploy() {
        await(vertx.undeploy(vertx.deploymentIDs().iterator().next()));
    }

    /** Flushes as a program does that is about to end: by its tracer provider. */
    CompletableResultCode forceFlush() {
        return providers.get(0).forceFlush();
    }

    /** Half of them by each service; returns their span ids. */
    List<String> endSpans(int count) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Span span = (i % 2 == 0 ? api : reports).spanBuilder("span " + i).startSpan();
            span.end();
            ids.add(span.getSpanContext().getSpanId());
        }
        return ids;
    }

    /** The figures of an exporter by its place in the config. */
    JsonObject figures(int exporter) {
        JsonArray exporters = pipeline.figures().getJsonArray("exporters");
        return exporters.getJsonObject(exporter);
    }

    long dropped(int exporter, String reason) {
        return figures(exporter).getJsonObject("dropped").getLong(reason);
    }

    @Override
    public void close() {
        await(Future.join(vertx.deploymentIDs().stream().map(vertx::undeploy).toList()));
        providers.forEach(SdkTracerProvider::close);
    }

    private Tracer tracer(String service) {
        SdkTracerProvider provider = SdkTracerProvider.builder()
                .addSpanProcessor(pipeline.queue())
                .setResource(Resource.getDefault().toBuilder()
                        .put("service.name", service)
                        .build())
                .build();
        providers.add(provider);
        return provider.get("test");
    }
}
