package io.redistributed.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.redistributed.queue.QueueSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The manifests name files, settings, ports and paths that exist; {@code scripts/kubernetes.sh} validates the rest. */
class KubernetesTest {

    private static final Path BASE = Path.of("deploy/kubernetes/base");
    private static final YAMLMapper YAML = new YAMLMapper();

    @ParameterizedTest
    @CsvSource({"api.yaml, 8080, /health/live, /health/ready", "worker.yaml, 9464, /metrics,"})
    void aWorkloadStartsWhatItNames(String file, int port, String live, String ready) throws Exception {
        JsonNode container = deployment(file).at("/spec/template/spec/containers/0");
        assertThat(container.at("/args/0").asText()).isEqualTo("-conf");

        Config config = ConfigFile.read(Path.of(container.at("/args/1").asText()), environment(container), Map.of());

        assertThat(config.hasEmbeddedRedis()).isFalse();
        assertThat(config.tracing().getJsonArray("exporters").getJsonObject(0).getString("endpoint"))
                .isEqualTo("http://otel-collector:4317");
        assertThat(config.deployments(null))
                .anyMatch(verticle -> verticle.options().getConfig().getInteger("port", 0) == port);
        assertThat(container.at("/ports/0/containerPort").asInt()).isEqualTo(port);
        assertThat(container.at("/livenessProbe/httpGet/path").asText()).isEqualTo(live);
        assertThat(container.at("/readinessProbe/httpGet/path").asText(null)).isEqualTo(ready);
    }

    @Test
    void redisHasMemoryForDataAndTheRewriteOfItsFile() throws Exception {
        JsonNode container;
        try (MappingIterator<JsonNode> documents = YAML.readerFor(JsonNode.class)
                .readValues(
                        Path.of("deploy/kubernetes/components/redis/redis.yaml").toFile())) {
            container = documents.next().at("/spec/template/spec/containers/0");
        }
        assertMemory(
                container.get("command"),
                container.at("/resources/limits/memory").asText());
        JsonNode service = YAML.readTree(Path.of("docker-compose.yml").toFile()).at("/services/redis");
        assertMemory(service.get("command"), service.get("mem_limit").asText());
    }

    private static void assertMemory(JsonNode command, String limit) {
        List<String> words = new ArrayList<>();
        command.forEach(word -> words.add(word.asText()));
        assertThat(words).contains("--maxmemory");
        long data = mebibytes(words.get(words.indexOf("--maxmemory") + 1));
        assertThat(data << 20).isGreaterThan(QueueSettings.DEFAULT.maxStored() * 4 / 3);
        assertThat(mebibytes(limit)).isGreaterThanOrEqualTo(2 * data);
    }

    private static long mebibytes(String size) {
        long number = Long.parseLong(size.replaceAll("[^0-9].*", ""));
        return size.matches("[0-9]+g.*|[0-9]+G.*") ? number << 10 : number;
    }

    private static JsonNode deployment(String file) throws IOException {
        try (MappingIterator<JsonNode> documents =
                YAML.readerFor(JsonNode.class).readValues(BASE.resolve(file).toFile())) {
            List<JsonNode> all = documents.readAll();
            assertThat(all.get(0).get("kind").asText()).isEqualTo("Deployment");
            return all.get(0);
        }
    }

    /** Returns the variables of a container, with an endpoint in place of the secret. */
    private static Map<String, String> environment(JsonNode container) throws IOException {
        Map<String, String> environment = new HashMap<>();
        YAML.readTree(BASE.resolve("kustomization.yaml").toFile())
                .at("/configMapGenerator/0/literals")
                .forEach(literal -> {
                    String[] parts = literal.asText().split("=", 2);
                    environment.put(parts[0], parts[1]);
                });
        container
                .get("env")
                .forEach(variable -> environment.put(
                        variable.get("name").asText(),
                        variable.path("value").asText("[\"redis://:secret@redistributed-redis:6379\"]")));
        return environment;
    }
}
