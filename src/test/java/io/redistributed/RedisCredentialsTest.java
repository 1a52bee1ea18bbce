package io.redistributed;

import static io.redistributed.testing.Waiting.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.redistributed.testing.RedisServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Credentials of Redis in files that change while the service runs. */
class RedisCredentialsTest {

    /** With what has a meaning in a URL, in Redis' commands or in a file. */
    private static final String PASSWORD = " first:%41@/+?#\u00e4 ";

    @TempDir
    private Path folder;

    @Test
    void reportsGoOnAfterChangeOfPasswordAndUser() throws IOException {
        Path user = Files.writeString(folder.resolve("user"), "app\n");
        Path password = Files.writeString(folder.resolve("password"), PASSWORD + "\r\n");
        try (RedisServer redis = RedisServer.start()) {
            allow(redis, "app", PASSWORD);
            try (Service service = Service.start("""
                    redis: { endpoints: ["redis://127.0.0.1:%d"], userFile: "%s", passwordFile: "%s" }
                    tracing: { exporters: [] }
                    verticles:
                      - { name: "java:io.redistributed.generate.SimulatedGenerator" }
                      - { name: "java:io.redistributed.worker.WorkerVerticle", instances: 2 }
                      - { name: "java:io.redistributed.api.HttpVerticle", config: { port: PORT } }
                    """.formatted(redis.port(), user, password))) {
                ApiClient client = service.client();
                assertReportEnds(client);
                long connections = connections(redis, "app");
                assertThat(connections).isPositive();

                allow(redis, "app", "second");
                redis.cli("CLIENT", "KILL", "USER", "app");
                eventually(() -> client.get("/health/ready").statusCode() == 503);
                Files.writeString(password, "second");
                eventually(() -> connections(redis, "app") == connections);
                eventually(() -> client.get("/health/ready").statusCode() == 200);
                assertReportEnds(client);

                allow(redis, "successor", "third");
                Files.delete(password);
                // Ends the connections of this user.
                redis.cli("ACL", "DELUSER", "app");
                eventually(() -> client.get("/health/ready").statusCode() == 503);
                Files.writeString(user, "successor");
                Files.writeString(password, "third");
                eventually(() -> connections(redis, "successor") == connections);
                eventually(() -> client.get("/health/ready").statusCode() == 200);
                assertReportEnds(client);
            }
        }
    }

    private static void allow(RedisServer redis, String user, String password) {
        redis.cli("ACL", "SETUSER", user, "reset", "on", ">" + password, "~*", "&*", "+@all");
    }

    private static void assertReportEnds(ApiClient client) {
        JsonObject report =
                new JsonObject(client.post("/reports?type=simulated", "").body());
        assertThat(client.ended(report.getString("id")).getString("state")).isEqualTo("done");
    }

    private static long connections(RedisServer redis, String user) {
        return redis.cli("CLIENT", "LIST")
                .toString()
                .lines()
                .filter(line -> line.contains(" user=" + user + " "))
                .count();
    }
}
