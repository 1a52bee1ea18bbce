package io.redistributed.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.redistributed.export.collector.ExporterSettings;
import io.redistributed.export.collector.TlsSettings;
import io.redistributed.settings.Settings;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExportSettingsTest {

    @Test
    void emptyConfigHasDefaults() {
        assertThat(read(new JsonObject()))
                .isEqualTo(new ExportSettings(
                        List.of(new ExporterSettings(
                                "store", null, null, Map.of(), TlsSettings.NONE, "none", Duration.ofSeconds(10))),
                        2_048,
                        Duration.ofMillis(100),
                        4,
                        65_536,
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(5)));
    }

    @Test
    void exportersAreNamesOrObjects() {
        JsonArray exporters = new JsonArray("""
                ["jaeger", "otlp", {"type": "jaeger", "endpoint": "https://jaeger:443"},
                 {"type": "otlp", "protocol": "http/protobuf"},
                 {"type": "otlp", "protocol": "http/protobuf", "endpoint": "http://collector:4318"},
                 {"type": "otlp", "protocol": "http/protobuf", "endpoint": "http://collector/otlp", "headers": {"a": "b"}},
                 {"type": "otlp", "protocol": "http/protobuf", "endpoint": "http://collector/?token=t"}]
                """);

        assertThat(read(JsonObject.of("exporters", exporters)).exporters())
                .containsExactly(
                        plain("jaeger", "http://localhost:14250", "grpc", Map.of()),
                        plain("otlp", "http://localhost:4317", "grpc", Map.of()),
                        plain("jaeger", "https://jaeger:443", "grpc", Map.of()),
                        plain("otlp", "http://localhost:4318/v1/traces", "http/protobuf", Map.of()),
                        plain("otlp", "http://collector:4318/v1/traces", "http/protobuf", Map.of()),
                        plain("otlp", "http://collector/otlp", "http/protobuf", Map.of("a", "b")),
                        plain("otlp", "http://collector/v1/traces?token=t", "http/protobuf", Map.of()));
    }

    @Test
    void readsHostedCollector() {
        JsonArray exporters = new JsonArray("""
                [{"type": "otlp", "endpoint": "https://collector:443", "headers": {"api-key": "secret"}, "timeout": "3s",
                  "compression": "gzip", "certificate": "ca.pem", "clientKey": "key.pem", "clientCertificate": "me.pem"}]
                """);

        assertThat(read(JsonObject.of("timeout", "7s", "exporters", exporters)).exporters())
                .containsExactly(new ExporterSettings(
                        "otlp",
                        "https://collector:443",
                        "grpc",
                        Map.of("api-key", "secret"),
                        new TlsSettings("ca.pem", "key.pem", "me.pem"),
                        "gzip",
                        Duration.ofSeconds(3)));
        assertThat(read(JsonObject.of("timeout", "7s")).exporters().get(0).timeout())
                .isEqualTo(Duration.ofSeconds(7));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'batchsize': 1}                   | batchsize: unknown key; allowed are batchSize, buffer, delay, exporters,",
                "{'batchSize': 0}                   | batchSize: 0 is not a whole number from 1 to 65536",
                "{'batchSize': '512'}               | batchSize: \"512\" is not a whole number from 1 to 65536",
                "{'batchSize': 512, 'buffer': 100}  | buffer: 100 is not a whole number from 512 to 10000000",
                "{'inFlight': 1.5}                  | inFlight: 1.5 is not a whole number from 1 to 5",
                "{'delay': 100}                     | delay: 100 is not a duration from 1ms to 24h (use 100ms, 5s",
                "{'delay': '0ms'}                   | delay: \"0ms\" is not a duration from 1ms to 24h",
                "{'delay': '25h'}                   | delay: \"25h\" is not a duration from 1ms to 24h",
                "{'timeout': '10 seconds'}          | timeout: \"10 seconds\" is not a duration from 1ms to 24h",
                "{'exporters': 'store'}             | exporters: \"store\" is not an array",
                "{'exporters': ['zipkin']}          | exporters[0].type: \"zipkin\" is not one of store, jaeger, otlp",
                "{'exporters': ['store', {}]}       | exporters[1].type: null is not one of store, jaeger, otlp",
                "{'exporters': [7]}                 | exporters[0]: must be the name of an exporter or an object with the key type; the exporters are store, jaeger, otlp",
                "{'exporters': [{'type': 'jaeger', 'protocol': 'grpc'}]}       | exporters[0].protocol: unknown key; allowed are certificate, clientCertificate, clientKey, endpoint, timeout, type",
                "{'exporters': [{'type': 'jaeger', 'endpoint': 'jaeger:14250'}]} | exporters[0].endpoint: must be a URL that starts with http:// or https:// and has a host",
                "{'exporters': [{'type': 'otlp', 'endpoint': 'http://a b'}]}   | exporters[0].endpoint: must be a URL that starts",
                "{'exporters': [{'type': 'otlp', 'endpoint': 'http://u:secret@a'}]} | exporters[0].endpoint: must be a URL that starts with http:// or https:// and has a host, without user:password@ (for OTLP, use headers)",
                "{'exporters': [{'type': 'otlp', 'protocol': 'http'}]}         | exporters[0].protocol: \"http\" is not one of grpc, http/protobuf",
                "{'exporters': [{'type': 'jaeger', 'headers': {}}]}            | exporters[0].headers: unknown key",
                "{'exporters': [{'type': 'store', 'timeout': '1s'}]}           | exporters[0].timeout: unknown key; allowed are type",
                "{'exporters': [{'type': 'otlp', 'compression': 'zstd'}]}      | exporters[0].compression: \"zstd\" is not one of none, gzip",
                "{'exporters': [{'type': 'otlp', 'timeout': 5}]}               | exporters[0].timeout: 5 is not a duration from 1ms to 24h",
                "{'exporters': [{'type': 'otlp', 'clientKey': 'k'}]}           | exporters[0].clientKey: must be set together with clientCertificate",
                "{'exporters': [{'type': 'otlp', 'clientCertificate': 'c'}]}   | exporters[0].clientCertificate: must be set together with clientKey",
                "{'exporters': [{'type': 'otlp', 'headers': {'a': 1}}]}        | exporters[0].headers.a: must be a string",
                "{'exporters': [{'type': 'otlp', 'headers': {'a': 'secret\\n'}}]} | exporters[0].headers.a: must be a header of HTTP",
                "{'exporters': [{'type': 'otlp', 'headers': {'a b': 'secret'}}]} | exporters[0].headers.a b: must be a header of HTTP",
                "{'exporters': [{'type': 'otlp', 'headers': {'': 'secret'}}]}   | exporters[0].headers.: must be a header of HTTP",
                "{'exporters': [{'type': 'otlp', 'headers': {'Host': 'a b'}}]} | exporters[0].headers.Host: must be a header of HTTP",
                "{'exporters': [{'type': 'otlp', 'headers': {':path': 'x'}}]}  | exporters[0].headers.:path: must be a header of HTTP"
            })
    void errorNamesPlaceAndAllowedValues(String config, String message) {
        JsonObject json = new JsonObject(config.replace('\'', '"'));

        assertThatThrownBy(() -> read(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message)
                .hasMessageNotContaining("secret");
    }

    private static ExporterSettings plain(String type, String endpoint, String protocol, Map<String, String> headers) {
        return new ExporterSettings(
                type, endpoint, protocol, headers, TlsSettings.NONE, "none", Duration.ofSeconds(10));
    }

    private static ExportSettings read(JsonObject json) {
        return ExportSettings.from(new Settings(json, ""), JsonArray.of("store"));
    }
}
