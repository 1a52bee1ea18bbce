package io.redistributed.bench;

import io.redistributed.testing.Ports;
import io.redistributed.testing.RedisServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** asynq behind net/http: two processes of Go, an API and a worker that takes 64 jobs at a time. */
final class Asynq implements Contender {

    private static final Path SOURCES = Path.of("src/test/rival/asynq");

    private final RedisServer redis;
    private final int port = Ports.free();
    private final List<Program> processes = new ArrayList<>();

    Asynq(Path folder) throws IOException, InterruptedException {
        redis = Bed.redis(true);
        for (String role : List.of("worker", "api")) {
            Program process = new Program(
                    folder,
                    "asynq-" + role,
                    List.of(executable(folder), role, String.valueOf(redis.port()), String.valueOf(port)));
            processes.add(process);
            process.await("ready");
        }
    }

    /** Builds the program there, with modules from the module proxy. */
    static void install(Path folder) throws IOException, InterruptedException {
        Bench.say("rival: go builds asynq in %s", folder);
        Program.runToEnd(SOURCES, folder.resolve("go.log"), List.of("go", "build", "-o", executable(folder), "."));
    }

    private static String executable(Path folder) {
        return folder.resolve("asynq").toAbsolutePath().toString();
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public long completed() {
        Object processed = redis.cli("GET", "asynq:{default}:processed");
        return processed == null ? 0 : Long.parseLong((String) processed);
    }

    @Override
    public double cpuMicros() {
        return Program.cpuMicros(processes);
    }

    @Override
    public double redisCpuMicros() {
        return RedisFigures.of(redis).cpuMicros();
    }

    @Override
    public void close() throws InterruptedException {
        for (Program process : processes) {
            process.close();
        }
        redis.close();
    }
}
