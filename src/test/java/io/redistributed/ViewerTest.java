package io.redistributed;

import static io.redistributed.testing.Waiting.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.stub.ClientCalls;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.redistributed.testing.Ports;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The trace viewer, without a Redis. */
@Tag("browser")
class ViewerTest {

    static final String SERVICE = "opentelemetry.proto.collector.trace.v1.TraceService/";

    private static int grpcPort;
    private static Service service;
    private static ApiClient client;

    @BeforeAll
    static void start() {
        grpcPort = Ports.free();
        service = Service.start("""
                redis: { endpoints: ["redis://127.0.0.1:1"] }
                tracing: { exporters: [store] }
                verticles:
                  - name: "java:io.redistributed.export.JaegerExporterVerticle"
                  - name: "java:io.redistributed.api.ViewerVerticle"
                    config: { port: PORT, grpcPort: %d }
                """.formatted(grpcPort));
        client = service.client();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip"})
    void spansArriveOverGrpc(String compression) {
        String name = "over grpc, " + compression;
        try (SdkTracerProvider tracers = SdkTracerProvider.builder()
                .addSpanProcessor(SimpleSpanProcessor.create(OtlpGrpcSpanExporter.builder()
                        .setEndpoint("http://127.0.0.1:" + grpcPort)
                        .setCompression(compression)
                        .build()))
                .build()) {
            tracers.get("test").spanBuilder(name).startSpan().end();
            assertThat(tracers.forceFlush().join(10, TimeUnit.SECONDS).isSuccess())
                    .isTrue();
        }
        eventually(() -> names().contains(name));
    }

    @ParameterizedTest
    @CsvSource({"Export, INVALID_ARGUMENT", "Import, UNIMPLEMENTED"})
    void otherCallsFailWithTheirStatus(String method, String status) {
        ManagedChannel channel = ManagedChannelBuilder.forAddress("127.0.0.1", grpcPort)
                .usePlaintext()
                .build();
        try {
            MethodDescriptor<byte[], byte[]> descriptor = MethodDescriptor.<byte[], byte[]>newBuilder()
                    .setType(MethodType.UNARY)
                    .setFullMethodName(SERVICE + method)
                    .setRequestMarshaller(new Bytes())
                    .setResponseMarshaller(new Bytes())
                    .build();
            assertThatThrownBy(() -> ClientCalls.blockingUnaryCall(
                            channel, descriptor, CallOptions.DEFAULT, "not protobuf".getBytes(UTF_8)))
                    .hasMessageStartingWith(status + ": ");
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    void pageShowsTracesAlone() {
        assertThat(new JsonObject(client.get("/").body()).getJsonObject("links").containsKey("reports"))
                .isFalse();
        assertThat(client.get("/reports").statusCode()).isEqualTo(404);
        try (Browser browser = new Browser(service.port())) {
            browser.openViewer();
            browser.awaitText("#traces", "traces");
            assertThat(browser.run("return document.getElementById('to-reports').hidden"))
                    .isEqualTo(true);
            assertThat(browser.run("return document.getElementById('connection').hidden"))
                    .isEqualTo(true);
            browser.takePicture("viewer");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    private static String names() {
        JsonArray traces = new JsonObject(client.get("/traces").body()).getJsonArray("traces");
        return traces.encode();
    }

    static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {

        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
