package io.redistributed;

import static org.assertj.core.api.Assertions.assertThat;

import io.redistributed.testing.Ports;
import io.vertx.core.json.JsonObject;
import java.io.BufferedWriter;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Inputs that do not fit into the heap of the service. */
class LongInputIT {

    private static final int ROWS = 800_000;

    @TempDir
    private Path folder;

    @Test
    void twoInputsOfHalfTheHeapAreReadAtOnce() throws IOException {
        Path csv = folder.resolve("long.csv");
        try (BufferedWriter out = Files.newBufferedWriter(csv)) {
            String note = ",note\u20ac ".repeat(7);
            out.write("city,amount" + note + "\n");
            for (int i = 0; i < ROWS; i++) {
                out.write("Z\u00fcrich " + i % 7 + "," + i + ".25 CHF" + note + "\n");
            }
        }
        assertThat(Files.size(csv)).isGreaterThan(64 << 20);
        int port = Ports.free();
        Path config = Files.writeString(folder.resolve("conf.yaml"), """
                verticles:
                  - name: "java:io.redistributed.generate.SummaryGenerator"
                  - name: "java:io.redistributed.generate.GroupsGenerator"
                  - name: "java:io.redistributed.worker.WorkerVerticle"
                  - { name: "java:io.redistributed.api.HttpVerticle", config: { port: %d } }
                """.formatted(port));
        try (JarProcess jar = new JarProcess(
                folder, Map.of(), "-Xmx128m", "-XX:+ExitOnOutOfMemoryError", "-conf", config.toString())) {
            jar.awaitReady();
            List<CompletableFuture<JsonObject>> reports = Stream.of("type=summary&top=7", "type=groups&groupBy=city")
                    .map(query -> CompletableFuture.supplyAsync(() -> report(port, query, csv)))
                    .toList();

            for (CompletableFuture<JsonObject> report : reports) {
                assertThat(report.join().getInteger("rows")).isEqualTo(ROWS);
            }
        }
    }

    private static JsonObject report(int port, String query, Path csv) {
        ApiClient client = new ApiClient(port);
        HttpResponse<String> response = post(port, query, csv);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
        String id = new JsonObject(response.body()).getString("id");
        JsonObject report = client.ended(id);
        while (report.getString("state").equals("running")
                || report.getString("state").equals("queued")) {
            report = client.ended(id);
        }
        assertThat(report.getString("state")).as(report.encode()).isEqualTo("done");
        return new JsonObject(client.get("/reports/" + id + "/result").body());
    }

    /** Without a time limit, as it is not what is tested. */
    private static HttpResponse<String> post(int port, String query, Path csv) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/reports?" + query))
                    .header("content-type", "text/csv")
                    .POST(BodyPublishers.ofFile(csv))
                    .build();
            return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
