package io.redistributed;

import static org.assertj.core.api.Assertions.assertThat;

import io.redistributed.testing.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Spans take what clients send: the longest header allowed, for more requests than the heap has room for. */
class LongSpansIT {

    private static final int REQUESTS = 30_000;

    /** Port 9 refuses connections. */
    private static final String DOWN = "{ type: otlp, endpoint: 'http://127.0.0.1:9' }";

    private static final String DOWN_TOO = "{ type: jaeger, endpoint: 'http://127.0.0.1:9' }";
    private static final String NO_EXPORTER = "";

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {DOWN, DOWN + "," + DOWN_TOO, NO_EXPORTER})
    void doNotExhaustTheHeap(String exporters) throws IOException {
        int port = Ports.free();
        Path config = Files.writeString(
                folder.resolve("spans.yaml"),
                "redis: { data: kept }\nverticles: [" + exporter(exporters)
                        + " { name: 'java:io.redistributed.api.HttpVerticle', config: { port: " + port + " } }]\n");
        String request = "GET /nowhere HTTP/1.1\r\nhost: localhost\r\nuser-agent: " + "x".repeat(7_500) + "\r\n\r\n";

        try (JarProcess jar = new JarProcess(folder, Map.of(), "-Xmx256m", "-conf", config.toString()).awaitReady();
                RawConnection connection = new RawConnection(port)) {
            for (int i = 0; i < REQUESTS; i++) {
                connection.send(request);
                assertThat(connection.answer().status()).isEqualTo(404);
            }
            jar.terminate();
            assertThat(jar.exitCode()).isEqualTo(143);
        }
    }

    private static String exporter(String exporters) {
        return exporters.isEmpty()
                ? ""
                : "{ name: 'java:io.redistributed.export.JaegerExporterVerticle', config: { exporters: [" + exporters
                        + "] } },";
    }
}
