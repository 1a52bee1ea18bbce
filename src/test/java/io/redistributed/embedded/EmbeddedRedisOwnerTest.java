package io.redistributed.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.redistributed.testing.RedisCli;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of the server when the JVM that owns it ends in every way but an orderly one. */
@Tag("slow")
class EmbeddedRedisOwnerTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void serverShutsDownWhenJvmIsKilled(EmbeddedRedisExecutables executable) throws Exception {
        try (EmbeddedRedisOwner owner = EmbeddedRedisOwner.start(folder, executable)) {
            owner.kill();
            awaitEnd(owner.server());
            assertThat(folder.resolve("redis.pid"))
                    .as("removed by an orderly end")
                    .doesNotExist();
        }
    }

    @Test
    void suspendedServerEndsWhenJvmIsKilled() throws Exception {
        try (EmbeddedRedisOwner owner = EmbeddedRedisOwner.start(folder, EmbeddedRedisExecutables.INSTALLED)) {
            suspend(owner.server());
            owner.kill();
            awaitEnd(owner.server());
        }
    }

    @Test
    void serverEndsWhenJvmExits() throws Exception {
        try (EmbeddedRedisOwner owner = EmbeddedRedisOwner.start(folder, EmbeddedRedisExecutables.INSTALLED)) {
            owner.exit();
            awaitEnd(owner.server());
        }
    }

    @ParameterizedTest
    @EnumSource
    void terminalInterruptDoesNotReachServer(EmbeddedRedisExecutables executable) throws Exception {
        try (EmbeddedRedisOwner owner = EmbeddedRedisOwner.start(folder, executable);
                RedisCli cli = owner.connect()) {
            owner.interruptGroup();
            await().during(Duration.ofMillis(500)).until(() -> cli.call("PING").equals("PONG"));
            owner.kill();
            awaitEnd(owner.server());
        }
    }

    @ParameterizedTest
    @EnumSource
    void nextStartEndsLeftoverServerAndKeepsData(EmbeddedRedisExecutables executable) throws Exception {
        try (EmbeddedRedisOwner owner = EmbeddedRedisOwner.start(folder, executable);
                RedisCli leftover = owner.connect()) {
            owner.killAllButTheServer();
            assertThat(leftover.call("SET", "k", "v")).isEqualTo("OK");
            try (EmbeddedRedis redis = EmbeddedRedis.start(folder, executable)) {
                assertThat(EmbeddedRedisOwner.ended(owner.server())).isTrue();
                assertThat(get(redis, "k")).isEqualTo("v");
            }
        }
    }

    @Test
    void suspendedLeftoverServerDoesNotBlockStart() throws Exception {
        try (EmbeddedRedisOwner owner = EmbeddedRedisOwner.start(folder, EmbeddedRedisExecutables.INSTALLED)) {
            owner.killAllButTheServer();
            suspend(owner.server());
            EmbeddedRedis.start(folder, EmbeddedRedisExecutables.INSTALLED).close();
            assertThat(EmbeddedRedisOwner.ended(owner.server())).isTrue();
        }
    }

    @Test
    void zombieServerDoesNotBlockStart() throws Exception {
        EmbeddedRedis.start(folder, EmbeddedRedisExecutables.INSTALLED).close();
        Process parent = new ProcessBuilder(
                        "sh",
                        "-c",
                        "\"$0\" \"$1\" & exec sleep 1000",
                        EmbeddedRedisExecutables.INSTALLED.path(folder).toString(),
                        folder.toRealPath().resolve("redis.conf").toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            await().until(() -> Files.exists(folder.resolve("redis.pid")));
            ProcessHandle leftover = parent.children().findFirst().orElseThrow();
            EmbeddedRedis.start(folder, EmbeddedRedisExecutables.INSTALLED).close();
            assertThat(leftover.isAlive()).as("still there as a zombie").isTrue();
            assertThat(EmbeddedRedisOwner.ended(leftover)).isTrue();
        } finally {
            parent.destroyForcibly();
        }
    }

    @ParameterizedTest
    @EnumSource
    void restartsRightAfterJvmIsKilled(EmbeddedRedisExecutables executable) throws Exception {
        try (EmbeddedRedisOwner owner = EmbeddedRedisOwner.start(folder, executable)) {
            try (RedisCli cli = owner.connect()) {
                cli.call("SET", "k", "v");
            }
            owner.kill();
            try (EmbeddedRedis redis = EmbeddedRedis.start(folder, executable)) {
                assertThat(get(redis, "k")).isEqualTo("v");
            }
        }
    }

    @Test
    void stalePidFileAffectsNoOtherProcess() throws Exception {
        Process bystander = new ProcessBuilder("sleep", "1000").start();
        try {
            Files.writeString(folder.resolve("redis.pid"), bystander.pid() + "\n");
            EmbeddedRedis.start(folder, EmbeddedRedisExecutables.INSTALLED).close();
            assertThat(bystander.isAlive()).isTrue();
        } finally {
            bystander.destroyForcibly();
        }
    }

    @Test
    void rejectsFolderUsedByOtherJvm() throws Exception {
        try (EmbeddedRedisOwner owner = EmbeddedRedisOwner.start(folder, EmbeddedRedisExecutables.INSTALLED);
                RedisCli cli = owner.connect()) {
            assertThatThrownBy(() -> EmbeddedRedis.start(folder, EmbeddedRedisExecutables.INSTALLED))
                    .isInstanceOf(IOException.class)
                    .hasMessage("The data folder " + folder.toRealPath() + " is in use by process " + owner.pid()
                            + "; end that one or give another data folder");
            assertThat(cli.call("PING")).isEqualTo("PONG");
        }
    }

    private static void awaitEnd(ProcessHandle server) {
        await().atMost(Duration.ofSeconds(30)).until(() -> EmbeddedRedisOwner.ended(server));
    }

    private static void suspend(ProcessHandle server) throws Exception {
        new ProcessBuilder("kill", "-STOP", Long.toString(server.pid())).start().waitFor();
    }

    private static Object get(EmbeddedRedis redis, String key) throws IOException {
        URI url = URI.create(redis.url());
        try (RedisCli cli = new RedisCli(url.getPort())) {
            cli.call("AUTH", url.getUserInfo().substring(1));
            return cli.call("GET", key);
        }
    }
}
