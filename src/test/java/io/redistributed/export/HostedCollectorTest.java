package io.redistributed.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.redistributed.LogCapture;
import io.redistributed.testing.Certificates;
import io.redistributed.testing.GrpcCollector;
import io.redistributed.testing.JaegerCollector;
import io.redistributed.testing.OtlpCollector;
import io.redistributed.testing.OtlpHttpCollector;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A collector that requires TLS with a private certificate authority and client certificates. */
@ExtendWith(VertxExtension.class)
@Tag("slow")
class HostedCollectorTest {

    @TempDir
    private static Path folder;

    private static Certificates certificates;

    @BeforeAll
    static void issue() {
        certificates = new Certificates(folder);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip"})
    void otlpOverGrpcArrives(String compression, Vertx vertx) {
        try (OtlpCollector collector = new OtlpCollector(certificates);
                ExportFixture fixture =
                        to(vertx, otlp(collector.endpoint(), "grpc").put("compression", compression))) {
            fixture.endSpans(10);

            await().until(() -> collector.spans().size() == 10);
            assertThat(collector.authorizations()).containsOnly("Bearer secret");
            assertThat(collector.encodings()).containsOnly(compression.equals("gzip") ? "gzip" : "null");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip"})
    void otlpOverHttpArrives(String compression, Vertx vertx) {
        try (OtlpHttpCollector collector = new OtlpHttpCollector(vertx, certificates);
                ExportFixture fixture =
                        to(vertx, otlp(collector.endpoint(), "http/protobuf").put("compression", compression))) {
            fixture.endSpans(10);

            await().until(() -> collector.spans().size() == 10);
            assertThat(collector.authorizations()).containsOnly("Bearer secret");
            assertThat(collector.encodings()).containsOnly(compression.equals("gzip") ? "gzip" : "null");
        }
    }

    @Test
    void jaegerArrives(Vertx vertx) {
        try (GrpcCollector collector = new JaegerCollector(certificates);
                ExportFixture fixture =
                        to(vertx, identified(JsonObject.of("type", "jaeger", "endpoint", collector.endpoint())))) {
            fixture.endSpans(10);

            await().until(() -> collector.spans().size() == 10);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"certificate", "client"})
    void untrustedCertificatesFail(String without, Vertx vertx) {
        try (LogCapture log = new LogCapture();
                OtlpCollector collector = new OtlpCollector(certificates)) {
            JsonObject exporter = otlp(collector.endpoint(), "grpc");
            if (without.equals("certificate")) {
                exporter.remove("certificate");
            } else {
                exporter.remove("clientKey");
                exporter.remove("clientCertificate");
            }
            try (ExportFixture fixture = to(vertx, exporter)) {
                fixture.endSpans(10);

                await().until(() -> fixture.figures(0).getLong("failures") > 0);
                assertThat(collector.spans()).isEmpty();
                assertThat(fixture.figures(0).getLong("queued")).isEqualTo(10);
                if (without.equals("certificate")) {
                    assertThat(log.complaints())
                            .anySatisfy(line -> assertThat(line).contains("unable to find valid certification path"));
                }
            }
        }
    }

    @Test
    void namesMissingCertificate(Vertx vertx) {
        JsonObject exporter = otlp("https://127.0.0.1:1", "grpc").put("certificate", folder + "/none.pem");

        assertThatThrownBy(() -> to(vertx, exporter)).hasMessageContaining("file not found: " + folder + "/none.pem");
    }

    @ParameterizedTest
    @ValueSource(strings = {"certificate", "clientKey"})
    void rejectsFileThatIsNotPem(String key, Vertx vertx) throws IOException {
        Path file = Files.writeString(folder.resolve("no.pem"), "nothing of the kind");
        JsonObject exporter = otlp("https://127.0.0.1:1", "grpc").put(key, file.toString());

        assertThatThrownBy(() -> to(vertx, exporter))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("otlp https://127.0.0.1:1: ")
                .hasMessageContaining("PEM");
    }

    private static JsonObject otlp(String endpoint, String protocol) {
        return identified(JsonObject.of("type", "otlp", "endpoint", endpoint, "protocol", protocol))
                .put("headers", JsonObject.of("authorization", "Bearer secret"));
    }

    private static JsonObject identified(JsonObject exporter) {
        return exporter.put("certificate", certificates.certificate("ca").toString())
                .put("clientKey", certificates.key("client").toString())
                .put("clientCertificate", certificates.certificate("client").toString());
    }

    private static ExportFixture to(Vertx vertx, JsonObject exporter) {
        ExportFixture fixture = new ExportFixture(vertx, new SpanQueue(SpanQueue.DEFAULT_CAPACITY));
        try {
            fixture.deploy(JsonObject.of("flushTimeout", "200ms", "exporters", JsonArray.of(exporter)));
            return fixture;
        } catch (RuntimeException e) {
            fixture.close();
            throw e;
        }
    }
}
