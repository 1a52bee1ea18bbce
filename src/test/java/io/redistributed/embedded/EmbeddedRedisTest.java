package io.redistributed.embedded;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.redistributed.testing.RedisCli;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("slow")
class EmbeddedRedisTest {

    @TempDir
    Path temporary;

    @ParameterizedTest
    @EnumSource
    void dataSurvivesRestart(EmbeddedRedisExecutables executable) throws Exception {
        Path folder = temporary.resolve("a \"folder\" with \\ and ü");
        try (EmbeddedRedis redis = EmbeddedRedis.start(folder, executable);
                RedisCli cli = connect(redis)) {
            assertThat(cli.call("SET", "k", "v")).isEqualTo("OK");
        }
        try (EmbeddedRedis redis = EmbeddedRedis.start(folder, executable);
                RedisCli cli = connect(redis)) {
            assertThat(cli.call("GET", "k")).isEqualTo("v");
        }
    }

    @ParameterizedTest
    @EnumSource
    void waitsUntilDataIsLoaded(EmbeddedRedisExecutables executable) throws Exception {
        try (EmbeddedRedis redis = EmbeddedRedis.start(temporary, executable);
                RedisCli cli = connect(redis)) {
            cli.call("EVAL", "for i = 1, 300000 do redis.call('SET', 'k' .. i, i) end", "0");
        }
        try (EmbeddedRedis redis = EmbeddedRedis.start(temporary, executable);
                RedisCli cli = connect(redis)) {
            assertThat(cli.call("DBSIZE")).isEqualTo(300_000L);
        }
    }

    @ParameterizedTest
    @EnumSource
    void readsVersionOfServer(EmbeddedRedisExecutables executable) throws Exception {
        RedisExecutable program = executable.find(temporary);
        try (EmbeddedRedis redis = EmbeddedRedis.start(temporary, folder -> program);
                RedisCli cli = connect(redis)) {
            assertThat((String) cli.call("INFO", "server")).contains("redis_version:" + program.version());
        }
    }

    @ParameterizedTest
    @EnumSource
    void requiresPassword(EmbeddedRedisExecutables executable) throws Exception {
        try (EmbeddedRedis redis = EmbeddedRedis.start(temporary, executable);
                RedisCli cli = new RedisCli(URI.create(redis.url()).getPort())) {
            assertThatThrownBy(() -> cli.call("GET", "k")).hasMessageContaining("NOAUTH");
        }
    }

    @ParameterizedTest
    @EnumSource
    void passwordIsNewAndPrivate(EmbeddedRedisExecutables executable) throws Exception {
        String first;
        try (EmbeddedRedis redis = EmbeddedRedis.start(temporary, executable)) {
            first = password(redis);
        }
        try (EmbeddedRedis redis = EmbeddedRedis.start(temporary, executable)) {
            assertThat(password(redis)).hasSize(64).isNotEqualTo(first);
            Path config = temporary.resolve("redis.conf");
            assertThat(config).content().contains(password(redis));
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(config)))
                    .isEqualTo("rw-------");
            assertThat(ProcessHandle.current()
                            .descendants()
                            .map(process -> process.info().commandLine().orElse("")))
                    .hasSizeGreaterThanOrEqualTo(3)
                    .noneMatch(line -> line.contains(password(redis)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void listensOnLoopbackOnly(EmbeddedRedisExecutables executable) throws Exception {
        try (EmbeddedRedis redis = EmbeddedRedis.start(temporary, executable)) {
            int port = URI.create(redis.url()).getPort();
            assertThatCode(() -> new Socket("127.0.0.1", port).close()).doesNotThrowAnyException();
            assertThatThrownBy(() -> new Socket("127.0.0.2", port).close()).isInstanceOf(ConnectException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void truncatedFileLosesLastCommandOnly(EmbeddedRedisExecutables executable) throws Exception {
        try (EmbeddedRedis redis = EmbeddedRedis.start(temporary, executable);
                RedisCli cli = connect(redis)) {
            cli.call("SET", "first", "1");
            cli.call("SET", "last", "2");
        }
        try (Stream<Path> files = Files.walk(temporary);
                FileChannel aof = FileChannel.open(
                        files.filter(file -> file.toString().endsWith(".aof")
                                        && !file.toString().contains(".base."))
                                .findFirst()
                                .orElseThrow(),
                        StandardOpenOption.WRITE)) {
            aof.truncate(aof.size() - 3);
        }
        try (EmbeddedRedis redis = EmbeddedRedis.start(temporary, executable);
                RedisCli cli = connect(redis)) {
            assertThat(cli.call("GET", "first")).isEqualTo("1");
            assertThat(cli.call("GET", "last")).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource
    void killedServerKeepsAnsweredWrites(EmbeddedRedisExecutables executable) throws Exception {
        long answered = 0;
        try (EmbeddedRedis redis = EmbeddedRedis.start(temporary, executable);
                RedisCli cli = connect(redis)) {
            ProcessHandle server = EmbeddedRedisOwner.server(cli);
            while (true) {
                answered = (Long) cli.call("INCR", "counter");
                if (answered == 5_000) {
                    server.destroyForcibly();
                }
            }
        } catch (IOException killed) {
            assertThat(answered).isGreaterThanOrEqualTo(5_000);
        }
        try (EmbeddedRedis redis = EmbeddedRedis.start(temporary, executable);
                RedisCli cli = connect(redis)) {
            assertThat(Long.parseLong((String) cli.call("GET", "counter"))).isGreaterThanOrEqualTo(answered);
        }
    }

    @Test
    void readsDataOfOlderButNotNewerRedis() throws Exception {
        try (EmbeddedRedis redis = EmbeddedRedis.start(temporary, EmbeddedRedisExecutables.BUNDLED);
                RedisCli cli = connect(redis)) {
            cli.call("SET", "k", "v");
        }
        try (EmbeddedRedis redis = EmbeddedRedis.start(temporary, EmbeddedRedisExecutables.INSTALLED);
                RedisCli cli = connect(redis)) {
            assertThat(cli.call("GET", "k")).isEqualTo("v");
        }
        assertThatThrownBy(() -> EmbeddedRedis.start(temporary, EmbeddedRedisExecutables.BUNDLED))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(temporary.toRealPath() + " was written by Redis 7 or newer")
                .hasMessageContaining("install a redis-server 7 or newer");
    }

    @ParameterizedTest
    @EnumSource
    void restartsKilledServerWithItsData(EmbeddedRedisExecutables executable) throws Exception {
        try (EmbeddedRedis redis = EmbeddedRedis.start(temporary, executable)) {
            String url = redis.url();
            try (RedisCli cli = connect(redis)) {
                cli.call("SET", "k", "v");
                ProcessHandle server = EmbeddedRedisOwner.server(cli);
                server.destroyForcibly();
                server.onExit().join();
            }
            await().ignoreExceptionsInstanceOf(IOException.class).untilAsserted(() -> {
                try (RedisCli again = connect(redis)) {
                    assertThat(again.call("GET", "k")).isEqualTo("v");
                }
            });
            assertThat(redis.url()).isEqualTo(url);
            assertThat(redis.onExit()).isNotDone();
        }
    }

    @Test
    void reportsServerThatKeepsEnding() throws Exception {
        try (EmbeddedRedis redis = EmbeddedRedis.start(temporary, EmbeddedRedisExecutables.INSTALLED)) {
            await().atMost(60, SECONDS).until(() -> {
                try (RedisCli cli = connect(redis)) {
                    cli.call("SHUTDOWN");
                } catch (IOException startingOrEnding) {
                    return redis.onExit().isDone();
                }
                return redis.onExit().isDone();
            });
            assertThat(redis.onExit())
                    .failsWithin(20, SECONDS)
                    .withThrowableThat()
                    .withMessageContaining("Redis ended by itself with status 0")
                    .withMessageContaining("User requested shutdown");
        }
    }

    @ParameterizedTest
    @EnumSource
    void closeEndsServerAndUnlocksFolder(EmbeddedRedisExecutables executable) throws Exception {
        EmbeddedRedis redis = EmbeddedRedis.start(temporary, executable);
        ProcessHandle server;
        try (RedisCli cli = connect(redis)) {
            server = EmbeddedRedisOwner.server(cli);
        }
        redis.close();
        assertThat(redis.onExit()).succeedsWithin(20, SECONDS);
        assertThat(server.isAlive()).isFalse();
        assertThat(temporary.resolve("redis.pid"))
                .as("removed by an orderly end")
                .doesNotExist();
        try (EmbeddedRedis next = EmbeddedRedis.start(temporary, executable);
                RedisCli cli = connect(next)) {
            redis.close();
            assertThat(cli.call("PING")).isEqualTo("PONG");
        }
    }

    @Test
    void closeKillsSuspendedServer() throws Exception {
        ProcessHandle server;
        try (EmbeddedRedis redis = EmbeddedRedis.start(temporary, EmbeddedRedisExecutables.INSTALLED);
                RedisCli cli = connect(redis)) {
            server = EmbeddedRedisOwner.server(cli);
            new ProcessBuilder("kill", "-STOP", Long.toString(server.pid()))
                    .start()
                    .waitFor();
        }
        assertThat(server.isAlive()).isFalse();
    }

    @Test
    void rejectsFolderUsedByThisProcess() throws Exception {
        try (EmbeddedRedis redis = EmbeddedRedis.start(temporary, EmbeddedRedisExecutables.INSTALLED);
                RedisCli cli = connect(redis)) {
            assertThatThrownBy(() -> EmbeddedRedis.start(temporary, EmbeddedRedisExecutables.INSTALLED))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(
                            "is in use by process " + ProcessHandle.current().pid());
            assertThat(cli.call("PING")).isEqualTo("PONG");
        }
    }

    @Test
    void rejectsFolderThatCannotBeCreated() throws Exception {
        Path file = Files.createFile(temporary.resolve("file"));
        assertThatThrownBy(() -> EmbeddedRedis.start(file.resolve("data")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Cannot make the data folder " + file.resolve("data"));
    }

    @ParameterizedTest
    @EnumSource
    void unreadableDataFailsStartWithLog(EmbeddedRedisExecutables executable) throws Exception {
        try (EmbeddedRedis redis = EmbeddedRedis.start(temporary, executable)) {
            assertThat(redis.onExit()).isNotDone();
        }
        try (Stream<Path> files = Files.walk(temporary)) {
            Path aof = files.filter(file -> file.toString().endsWith(".aof"))
                    .findFirst()
                    .orElseThrow();
            Files.writeString(aof, "REDIS9999 is a version from the future");
        }
        assertThatThrownBy(() -> EmbeddedRedis.start(temporary, executable))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("ended with status 1 instead of starting")
                .hasMessageContaining("Can't handle RDB format version 9999");
    }

    private static RedisCli connect(EmbeddedRedis redis) throws IOException {
        RedisCli cli = new RedisCli(URI.create(redis.url()).getPort());
        cli.call("AUTH", password(redis));
        return cli;
    }

    private static String password(EmbeddedRedis redis) {
        return URI.create(redis.url()).getUserInfo().substring(1);
    }
}
