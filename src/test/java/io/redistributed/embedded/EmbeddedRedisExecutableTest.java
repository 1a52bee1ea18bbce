package io.redistributed.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EmbeddedRedisExecutableTest {

    @TempDir
    Path temporary;

    @Test
    void prefersRedisThenValkeyThenBundled() throws Exception {
        Path redis = program("a/redis-server", "echo 'Redis server v=7.2.4 sha=0'");
        Path valkey = program("b/valkey-server", "echo 'Valkey server v=8.1.0 sha=0'");
        Path bundled = EmbeddedRedisExecutables.BUNDLED.path(temporary);

        assertThat(find(valkey, redis)).isEqualTo(new RedisExecutable(redis, "7.2.4"));
        assertThat(find(valkey)).isEqualTo(new RedisExecutable(valkey, "8.1.0"));
        assertThat(find().path()).isEqualTo(bundled);
    }

    @Test
    void skipsOldOrBrokenServerOnPath() throws Exception {
        Path old = program("a/redis-server", "echo 'Redis server v=6.0.16 sha=0'");
        Path broken = program("b/redis-server", "echo 'cannot open shared object file' >&2; exit 127");
        Path good = program("c/redis-server", "echo 'Redis server v=6.2.0 sha=0'");
        assertThat(find(old, broken, good).path()).isEqualTo(good);
    }

    @Test
    void failureHasOutputOfProgram() throws Exception {
        Path broken = program("redis-server", "echo 'libssl.so.3: cannot open shared object file' >&2; exit 127");
        assertThatThrownBy(() -> RedisExecutable.at(broken))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("libssl.so.3: cannot open shared object file");
    }

    @Test
    void failureOfBundledProgramHasAdvice() throws Exception {
        Path bundled = EmbeddedRedisExecutables.BUNDLED.path(temporary);
        program(temporary.relativize(bundled).toString(), "echo 'libssl.so.3: cannot open shared object file'");
        assertThatThrownBy(() -> RedisExecutable.bundled(temporary))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("libssl.so.3: cannot open shared object file")
                .hasMessageContaining("install redis-server or valkey-server 6.2 or newer");
    }

    @Test
    void unpacksBundledProgramOnce() throws Exception {
        Path first = EmbeddedRedisExecutables.BUNDLED.path(temporary);
        Object unpacked = Files.getAttribute(first, "unix:ino");
        assertThat(EmbeddedRedisExecutables.BUNDLED.path(temporary)).isEqualTo(first);
        assertThat(Files.getAttribute(first, "unix:ino")).isEqualTo(unpacked);
        assertThat(temporary).isDirectoryNotContaining(file -> !file.equals(first));
    }

    @ParameterizedTest
    @EnumSource
    @Tag("slow")
    void usedPortIsRecognizedInLog(EmbeddedRedisExecutables executable) throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
                EmbeddedRedisFolder folder = EmbeddedRedisFolder.open(temporary)) {
            folder.writeConfig(taken.getLocalPort(), "password");
            try (EmbeddedRedisProcess process =
                    EmbeddedRedisProcess.start(executable.path(temporary), folder.configFile(), folder.logFile())) {
                assertThatThrownBy(() -> process.awaitAnswer(taken.getLocalPort(), "password", Duration.ofSeconds(20)))
                        .hasMessageContaining("ended with status 1 instead of starting");
            }
            assertThat(folder.logTail()).contains("Address already in use");
        }
    }

    @Test
    void triesAnotherPort() throws Exception {
        Path installed = EmbeddedRedisExecutables.INSTALLED.path(temporary);
        Path once = program("redis-server", """
                if [ ! -e "$0.started" ]; then
                    touch "$0.started"
                    echo 'bind: Address already in use'
                    exit 1
                fi
                exec %s "$@"
                """.formatted(installed));
        try (EmbeddedRedis redis =
                EmbeddedRedis.start(temporary.resolve("data"), folder -> new RedisExecutable(once, "7.0.0"))) {
            assertThat(temporary.resolve("redis-server.started")).exists();
            assertThat(redis.onExit()).isNotDone();
        }
    }

    /** With the folders of these programs as the PATH. */
    private RedisExecutable find(Path... programs) throws IOException {
        StringBuilder path = new StringBuilder(temporary.resolve("nowhere").toString());
        for (Path program : programs) {
            path.append(File.pathSeparator).append(program.getParent());
        }
        return RedisExecutable.find(path.toString(), temporary);
    }

    private Path program(String name, String script) throws IOException {
        Path file = temporary.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return file;
    }
}
