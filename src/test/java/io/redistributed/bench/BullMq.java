package io.redistributed.bench;

import io.redistributed.testing.Ports;
import io.redistributed.testing.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** BullMQ behind fastify: two processes of {@code node}, an API and a worker that takes 64 jobs at a time. */
final class BullMq implements Contender {

    private static final Path SOURCES = Path.of("src/test/rival");

    /** What its spans describe. */
    enum Traced {
        NOTHING,
        JOBS,
        /** Also the HTTP request and the commands to Redis, as in the traces of the service. */
        REQUESTS_AND_COMMANDS
    }

    private final SpanSink sink = new SpanSink();
    private final RedisServer redis;
    private final int port = Ports.free();
    private final List<Program> processes = new ArrayList<>();

    BullMq(Path folder, Traced traced) throws IOException, InterruptedException {
        redis = Bed.redis(true);
        for (String role : List.of("worker", "api")) {
            List<String> command = new ArrayList<>(List.of(
                    "node",
                    folder.resolve("bullmq.mjs").toString(),
                    role,
                    String.valueOf(redis.port()),
                    String.valueOf(port)));
            if (traced != Traced.NOTHING) {
                command.add(sink.endpoint());
            }
            if (traced == Traced.REQUESTS_AND_COMMANDS) {
                command.add("whole");
            }
            Program process = new Program(folder, "bullmq-" + role, command);
            processes.add(process);
            process.await("ready");
        }
    }

    /** Copies the program there and has npm install what it needs. */
    static void install(Path folder) throws IOException, InterruptedException {
        for (String file : List.of("package.json", "bullmq.mjs")) {
            Files.copy(SOURCES.resolve(file), folder.resolve(file));
        }
        Bench.say("rival: npm installs BullMQ in %s", folder);
        Program.runToEnd(
                folder,
                folder.resolve("npm.log"),
                List.of("npm", "install", "--no-audit", "--no-fund", "--loglevel=error"));
    }

    @Override
    public int port() {
        return port;
    }

    /** Of those accepted, what neither waits nor runs: read in this order, a job on its way from one to the other counts twice. */
    @Override
    public long completed() {
        Object accepted = redis.cli("GET", "bull:reports:id");
        return (accepted == null ? 0 : Long.parseLong((String) accepted))
                - (Long) redis.cli("LLEN", "bull:reports:wait")
                - (Long) redis.cli("LLEN", "bull:reports:active");
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
    public long spans() {
        return sink.total();
    }

    @Override
    public void close() throws InterruptedException {
        for (Program process : processes) {
            process.close();
        }
        redis.close();
        sink.close();
    }
}
