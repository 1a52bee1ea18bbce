package io.redistributed.pubsub.vertx;

import static io.redistributed.testing.Waiting.await;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.OpenTelemetry;
import io.redistributed.redis.CredentialFiles;
import io.redistributed.redis.RedisCommands;
import io.redistributed.redis.RedisSettings;
import io.redistributed.redis.RedisUnavailableException;
import io.redistributed.testing.RedisClusterServers;
import io.redistributed.testing.RedisSentinels;
import io.redistributed.testing.RedisServer;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(VertxExtension.class)
class CredentialFilesTest {

    @TempDir
    private Path folder;

    @Test
    @Tag("slow")
    @Tag("redis")
    @Tag("ha")
    void changeOnSentinelsAndServers(Vertx vertx) throws IOException {
        Path password = Files.writeString(folder.resolve("password"), "secret");
        Path sentinelUser = Files.writeString(folder.resolve("sentinel-user"), "default");
        Path sentinelPassword = Files.writeString(folder.resolve("sentinel-password"), "watch");
        try (RedisSentinels redis = RedisSentinels.start()) {
            List<String> sentinels = redis.sentinels().stream()
                    .map(sentinel -> "redis://localhost:" + sentinel.port())
                    .toList();
            RedisSettings settings = RedisSettings.ofSentinels("redis://app@the_master/2", sentinels)
                    .withCredentials(new CredentialFiles(Optional.empty(), password))
                    .withSentinelCredentials(new CredentialFiles(Optional.of(sentinelUser), sentinelPassword));
            try (Traffic traffic = new Traffic(vertx, settings)) {
                Files.writeString(password, "changed");
                Files.writeString(sentinelUser, "watcher");
                Files.writeString(sentinelPassword, "changed-too");
                redis.sentinels().forEach(sentinel -> {
                    sentinel.cli("ACL", "SETUSER", "watcher", "on", ">changed-too", "+@all");
                    sentinel.cli("ACL", "SETUSER", "default", "resetpass", ">closed");
                });
                redis.servers().forEach(server -> server.cli("ACL", "SETUSER", "app", "resetpass", ">changed"));
                redis.first().cli("CLIENT", "KILL", "USER", "app");
                traffic.awaitFlow("the change of the passwords");
            }
            // One that has no recent answer of the sentinels.
            Vertx another = Vertx.vertx();
            try {
                await(RedisCommands.connect(another, settings, OpenTelemetry.noop()));
            } finally {
                await(another.close());
            }
        }
    }

    @Test
    @Tag("slow")
    @Tag("redis")
    @Tag("ha")
    void changeInCluster(Vertx vertx) throws IOException {
        Path user = Files.writeString(folder.resolve("user"), "app");
        Path password = Files.writeString(folder.resolve("password"), "first");
        try (RedisClusterServers redis = RedisClusterServers.start("user app on >first ~* &* +@all")) {
            List<String> urls = redis.servers().stream()
                    .map(server -> "redis://127.0.0.1:" + server.port())
                    .toList();
            RedisSettings settings = RedisSettings.ofCluster(urls)
                    .withHashTag(Traffic.TAG)
                    .withCredentials(new CredentialFiles(Optional.of(user), password));
            try (Traffic traffic = new Traffic(vertx, settings)) {
                Files.writeString(password, "second");
                redis.servers().forEach(server -> {
                    server.cli("ACL", "SETUSER", "app", "resetpass", ">second");
                    server.cli("CLIENT", "KILL", "USER", "app");
                });
                traffic.awaitFlow("the change of the password");
            }
        }
    }

    @Test
    void failuresNameTheFileAndNoSecret(Vertx vertx) throws IOException {
        Path password = folder.resolve("password");
        try (RedisServer redis = RedisServer.start("requirepass right")) {
            RedisSettings settings = RedisSettings.of("redis://127.0.0.1:" + redis.port())
                    .withCredentials(new CredentialFiles(Optional.empty(), password));
            assertFails(vertx, settings, "cannot use the credentials in " + password + ": file not found");
            Files.writeString(password, "\n");
            assertFails(vertx, settings, "cannot use the credentials in " + password + ": empty");
            Files.writeString(password, "secret".repeat(11_000));
            assertFails(vertx, settings, password + ": not a file of up to 65536 bytes");
            Files.writeString(password, "secret");
            assertFails(vertx, settings, "WRONGPASS");
            Files.delete(password);
            Files.createDirectory(password);
            assertFails(vertx, settings, password + ": not a file of up to 65536 bytes");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://me:secret@localhost",
                "redis://:secret@localhost",
                "redis://me@localhost",
                "redis://localhost?user=secret",
                "redis://localhost/1?x=y&password=secret",
                "unix:///tmp/redis.sock"
            })
    void rejectsCredentialsInUrlToo(String url) {
        CredentialFiles files = new CredentialFiles(Optional.of(folder.resolve("user")), folder.resolve("password"));
        assertThatThrownBy(() -> RedisSettings.of(url).withCredentials(files))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("redis.endpoints: ")
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> RedisSettings.ofSentinels("redis://me:secret@mymaster", List.of("redis://localhost"))
                        .withCredentials(files))
                .hasMessageStartingWith("redis.master: 'redis://mymaster' has credentials")
                .hasMessageNotContaining("secret");
    }

    private static void assertFails(Vertx vertx, RedisSettings settings, String message) {
        assertThatThrownBy(() -> await(RedisCommands.connect(vertx, settings, OpenTelemetry.noop())))
                .isInstanceOf(RedisUnavailableException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("secret");
    }
}
