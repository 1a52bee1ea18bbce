package io.redistributed;

import static org.assertj.core.api.Assertions.assertThat;

import io.redistributed.auth.ApiKey;
import io.redistributed.testing.RedisServer;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Two callers compete for a worker with one slot. */
class CallersTakeTurnsTest {

    private final String greedy = ApiKey.random();
    private final String modest = ApiKey.random();

    @Test
    void reportsOfOneCallerDoNotHoldUpThoseOfAnother() {
        try (RedisServer redis = RedisServer.start();
                Service service = Service.start("""
                        redis: { endpoints: ["%s"] }
                        auth:
                          callers:
                            - { name: greedy, keys: ["%s"], rights: [submit, read] }
                            - { name: modest, keys: ["%s"], rights: [submit, read] }
                        verticles:
                          - { name: "java:io.redistributed.generate.SimulatedGenerator" }
                          - { name: "java:io.redistributed.worker.WorkerVerticle", config: { slots: 1 } }
                          - { name: "java:io.redistributed.api.HttpVerticle", config: { port: PORT } }
                        """.formatted(redis.url(), ApiKey.hash(greedy), ApiKey.hash(modest)))) {
            ApiClient client = service.client();
            String running = client.submit("/reports?type=simulated&duration=60m", "", bearer(greedy));
            List<String> many = submit(client, 50, 9, greedy);
            List<String> few = submit(client, 3, 0, modest);

            client.send("DELETE", "/reports/" + running, BodyPublishers.noBody(), bearer(greedy));

            List<String> started = Stream.concat(
                            few.stream().map(id -> ended(client, id, modest)),
                            many.stream().map(id -> ended(client, id, greedy)))
                    .sorted()
                    .toList();
            assertThat(started).hasSize(53).allMatch(report -> report.endsWith("done"));
            assertThat(started.subList(0, 6))
                    .filteredOn(report -> few.contains(report.split(" ")[1]))
                    .hasSize(3);
        }
    }

    private static List<String> submit(ApiClient client, int count, int priority, String key) {
        return IntStream.range(0, count)
                .mapToObj(i ->
                        client.submit("/reports?type=simulated&duration=5ms&priority=" + priority, "", bearer(key)))
                .toList();
    }

    /** The time of its start, its id and its state. */
    private static String ended(ApiClient client, String id, String key) {
        JsonObject report = new JsonObject(
                client.get("/reports/" + id + "?wait=30s", bearer(key)).body());
        return report.getString("started") + " " + id + " " + report.getString("state");
    }

    private static String[] bearer(String key) {
        return new String[] {"authorization", "Bearer " + key};
    }
}
