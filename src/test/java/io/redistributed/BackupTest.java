package io.redistributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.redistributed.testing.Ports;
import io.redistributed.testing.RedisServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code scripts/backup.sh} saves the data of a service that runs, and another service continues with them. */
@Tag("redis")
@Tag("slow")
class BackupTest {

    @TempDir
    private Path folder;

    /** Reports at the time of a backup. */
    private record Before(String done, String running, String waiting) {

        static Before make(ApiClient client) {
            String done = client.submit("/reports?type=simulated&resultBytes=5000", "", "idempotency-key", "done");
            assertThat(client.ended(done).getString("state")).isEqualTo("done");
            return new Before(
                    done,
                    client.submit("/reports?type=simulated&duration=2s", ""),
                    client.submit("/reports?type=simulated", ""));
        }

        void assertContinuedBy(ApiClient client) {
            assertThat(client.ended(done).getString("state")).isEqualTo("done");
            assertThat(client.get("/reports/" + done + "/result").body()).hasSize(5_000);
            assertThat(client.submit("/reports?type=simulated&resultBytes=5000", "", "idempotency-key", "done"))
                    .isEqualTo(done);
            for (String id : List.of(running, waiting)) {
                assertThat(client.ended(id).getString("state")).isEqualTo("done");
            }
        }
    }

    @Test
    void externalRedis() throws Exception {
        Path backup = folder.resolve("backup.rdb");
        Before before;
        try (RedisServer redis = RedisServer.start("requirepass secret");
                Service service = Service.start(configuration("endpoints: [\"" + redis.url() + "\"]"))) {
            before = Before.make(service.client());
            assertThat(run(
                            Map.of("REDISCLI_AUTH", "secret"),
                            "save",
                            "redis://default@127.0.0.1:" + redis.port(),
                            backup.toString()))
                    .startsWith("0 Saved ");
        }
        Path restored = folder.resolve("restored");
        assertThat(run("restore", backup.toString(), restored.toString())).startsWith("0 Restored ");

        try (RedisServer redis = RedisServer.start()) {
            redis.kill();
            replace(redis.folder().resolve("appendonlydir"), restored.resolve("appendonlydir"));
            redis.restart();
            try (Service service = Service.start(configuration("endpoints: [\"" + redis.url() + "\"]"))) {
                before.assertContinuedBy(service.client());
            }
        }
    }

    @Test
    void embeddedRedis() throws Exception {
        Path data = folder.resolve("data");
        Path backup = folder.resolve("backup.rdb");
        Before before;
        try (Service service = Service.start(configuration("mode: embedded, data: \"" + data + "\""))) {
            before = Before.make(service.client());
            assertThat(run("save", data.toString(), backup.toString())).startsWith("0 Saved ");
        }
        Path restored = folder.resolve("restored");
        assertThat(run("restore", backup.toString(), restored.toString())).startsWith("0 Restored ");

        try (Service service = Service.start(configuration("mode: embedded, data: \"" + restored + "\""))) {
            before.assertContinuedBy(service.client());
        }
    }

    @Test
    void rejectsWhatCannotBe() throws Exception {
        Path text = Files.writeString(folder.resolve("text"), "not a backup");
        Path backup = folder.resolve("backup.rdb");
        assertThat(run("restore", text.toString(), folder.resolve("new").toString()))
                .isEqualTo("1 backup: " + text + " is no backup\n");
        assertThat(run("save", folder.toString(), backup.toString()))
                .isEqualTo("1 backup: " + folder + " is neither a URL nor the data folder of an embedded Redis\n");
        assertThat(run("save", "redis://127.0.0.1:" + Ports.free(), backup.toString()))
                .startsWith("1 backup: the backup failed: Could not connect to Redis");
        assertThat(run("save", "redis://:secret@127.0.0.1:" + Ports.free(), backup.toString()))
                .isEqualTo("1 backup: the URL contains a password; set REDISCLI_AUTH instead\n");
        Files.writeString(text, "REDIS0000 damaged");
        assertThat(run("restore", text.toString(), folder.toString())).isEqualTo("1 backup: " + folder + " exists\n");
        assertThat(run("restore", text.toString(), folder.resolve("new").toString()))
                .startsWith("1 backup: redis-server cannot read " + text);
        assertThat(folder).isDirectoryNotContaining("glob:**new*");
        assertThat(backup).doesNotExist();
    }

    @Test
    void stoppedRestoreLeavesNothing() throws Exception {
        Path backup = folder.resolve("backup.rdb");
        try (RedisServer redis = RedisServer.start()) {
            redis.cli("SET", "a", "b");
            assertThat(run("save", redis.url(), backup.toString())).startsWith("0 Saved ");
        }
        // A server that takes half a minute for the key.
        Path slow = Files.createDirectory(folder.resolve("bin")).resolve("redis-server");
        Files.writeString(slow, "#!/bin/sh\nPATH=${PATH#*:}\nexec redis-server \"$@\" --key-load-delay 30000000\n");
        assertThat(slow.toFile().setExecutable(true)).isTrue();
        Path restored = folder.resolve("restored");
        ProcessBuilder builder =
                new ProcessBuilder("scripts/backup.sh", "restore", backup.toString(), restored.toString());
        builder.environment().merge("PATH", slow.getParent().toString(), (path, first) -> first + ":" + path);
        Process restore = builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        await().until(() -> restore.children()
                .anyMatch(child -> child.info().commandLine().orElse("").contains(folder + "/restored.part/socket")));
        List<ProcessHandle> servers = restore.children().toList();
        restore.destroy();
        assertThat(restore.waitFor()).isEqualTo(143);
        await().until(() -> servers.stream().noneMatch(ProcessHandle::isAlive));
        assertThat(folder).isDirectoryNotContaining("glob:**restored*");
    }

    private static String configuration(String redis) {
        return """
                redis: { %s }
                queue: { lease: 1s }
                verticles:
                  - { name: "java:io.redistributed.generate.SimulatedGenerator" }
                  - { name: "java:io.redistributed.worker.WorkerVerticle", config: { slots: 1, drain: 1ms } }
                  - { name: "java:io.redistributed.api.HttpVerticle", config: { port: PORT } }
                """.formatted(redis);
    }

    /** Returns the exit code and what the script prints. */
    private static String run(String... arguments) throws IOException, InterruptedException {
        return run(Map.of(), arguments);
    }

    private static String run(Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(Stream.concat(Stream.of("scripts/backup.sh"), Stream.of(arguments))
                        .toList())
                .redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() + " " + output;
    }

    private static void replace(Path target, Path source) throws IOException {
        try (Stream<Path> old = Files.list(target)) {
            for (Path file : old.toList()) {
                Files.delete(file);
            }
        }
        try (Stream<Path> files = Files.list(source)) {
            for (Path file : files.toList()) {
                Files.move(file, target.resolve(file.getFileName()));
            }
        }
    }
}
