package io.redistributed.bench;

import io.redistributed.testing.Ports;
import io.redistributed.testing.RedisServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The setup of a measurement: a new Redis, a new collector, and the service in one process. */
final class Bed implements Contender {

    private static final int BOTTLENECK = 3;
    static final String HEAP = "-Xmx2g";

    /** The same options as {@code scripts/run.sh}, also for the servers that are compared. */
    static final List<String> JVM = List.of(HEAP, "-XX:+UseParallelGC", "-XX:MaxNewSize=96m");

    private final SpanSink sink = new SpanSink();
    private final Path folder;
    private final RedisServer redis;
    private final Program service;
    private final int port = Ports.free();
    private final boolean traced;
    private Map<String, Long> spansOfOne = Map.of();
    private int entries;
    private long completed;

    /**
     * @param aof whether Redis writes its append-only file, once a second
     * @param traced every report, and exported; else no span is recorded and there is no exporter
     */
    Bed(Path folder, boolean aof, boolean traced, int workers, int slots) throws IOException, InterruptedException {
        this.folder = folder;
        this.traced = traced;
        redis = redis(aof);
        String exporters = traced ? "{ type: otlp, endpoint: \"" + sink.endpoint() + "\" }" : "";
        Path config = Files.createTempFile(folder, "service", ".yaml");
        Files.writeString(config, """
                redis: { endpoints: ["%s"] }
                tracing: { exporters: [%s], sampler: %s }
                verticles:
                  - { name: "java:io.redistributed.export.JaegerExporterVerticle" }
                  - { name: "java:io.redistributed.generate.SimulatedGenerator", instances: 2 }
                  - { name: "java:io.redistributed.worker.WorkerVerticle", instances: %d, config: { slots: %d } }
                  - { name: "java:io.redistributed.api.HttpVerticle", instances: 2, config: { port: %d } }
                """.formatted(
                        redis.url(), exporters, traced ? "parentbased_always_on" : "always_off", workers, slots, port));
        service = Program.jar(folder, "service", JVM, List.of("-conf", config.toString()));
        try {
            service.await(" is ready after ");
            first();
        } catch (IOException | InterruptedException | RuntimeException e) {
            redis.close();
            throw e;
        }
    }

    static RedisServer redis(boolean aof) throws IOException {
        // Disables rewrites of the append-only file, which happen at random times.
        return RedisServer.start(
                "appendonly " + (aof ? "yes" : "no"), "appendfsync everysec", "auto-aof-rewrite-percentage 0");
    }

    @Override
    public int port() {
        return port;
    }

    /** Reads what is new. */
    @Override
    public long completed() {
        for (Object entry : (List<?>) redis.cli("LRANGE", "{rd:0}:ended", String.valueOf(entries), "-1")) {
            entries++;
            // A time, then the reports that ended in one call.
            completed += entry.toString().split(" ").length - 1;
        }
        return completed;
    }

    @Override
    public double cpuMicros() {
        return service.cpuMicros();
    }

    @Override
    public double redisCpuMicros() {
        return RedisFigures.of(redis).cpuMicros();
    }

    /** Spans of one report. */
    int spansPerReport() {
        return spansOfOne.values().stream().mapToInt(Long::intValue).sum();
    }

    /**
     * The cost of a load.
     *
     * @param result of the load tool
     * @param reports submitted while it was measured
     * @param before when that began
     */
    record Cost(JsonObject result, long reports, RedisFigures before, RedisFigures after, double serviceCpuMicros) {

        double acceptedPerSecond() {
            return result.getDouble("acceptedPerSecond");
        }

        double completedPerSecond() {
            return result.getDouble("completedPerSecond");
        }

        double loadCpuMicros() {
            return result.getJsonObject("generator").getDouble("cpuMicrosPerRequest");
        }

        /** From POST to done, by a GET that waits. */
        double doneMillis(String percentile) {
            return result.getJsonObject("latencyMicros").getJsonObject("done").getLong(percentile) / 1000.0;
        }

        double redisCpuMicros() {
            return (after.cpuMicros() - before.cpuMicros()) / reports;
        }

        double scriptCalls() {
            return (double) (after.scriptCalls() - before.scriptCalls()) / reports;
        }

        double bytes() {
            return (double) (after.bytes() - before.bytes()) / reports;
        }
    }

    /**
     * Runs the load tool, and looks at Redis and the service while it measures.
     *
     * @return empty if the load tool was the bottleneck
     */
    Optional<Cost> load(String... options) throws IOException, InterruptedException {
        return load(List.of(HEAP), options);
    }

    /**
     * The same at a rate that leaves the load tool idle most of the time. As {@code scripts/load-steady.sh}, it does without
     * the optimizing compiler, which would else take the processor from what is measured.
     */
    Optional<Cost> steady(String... options) throws IOException, InterruptedException {
        return load(List.of(HEAP, "-XX:TieredStopAtLevel=1"), options);
    }

    private Optional<Cost> load(List<String> javaOptions, String... options) throws IOException, InterruptedException {
        Path json = Files.createTempFile(folder, "load", ".json");
        List<String> arguments = new ArrayList<>(
                List.of("load", "--url=http://127.0.0.1:" + port, "--json=" + json, "--check-traces=0%"));
        arguments.addAll(List.of(options));
        Program load = Program.jar(folder, "load", javaOptions, arguments);
        load.await("measuring ");
        RedisFigures before = RedisFigures.of(redis);
        double cpuBefore = cpuMicros();
        load.await("draining ");
        double cpu = cpuMicros() - cpuBefore;
        RedisFigures after = RedisFigures.of(redis);
        int exitCode = load.exitCode();
        if (exitCode == BOTTLENECK) {
            Bench.say("%s", load.log());
            return Optional.empty();
        } else if (exitCode != 0) {
            throw new IllegalStateException("load ended with " + exitCode + ":\n" + load.log());
        }
        long reports = after.keys() - before.keys();
        return Optional.of(new Cost(new JsonObject(Files.readString(json)), reports, before, after, cpu / reports));
    }

    /**
     * Stops the service, and looks whether as many spans of each name have come as there were reports.
     *
     * @return how many are missing
     */
    long missingSpans() throws InterruptedException {
        service.close();
        if (!traced) {
            return sink.total();
        }
        long reports = submitted();
        Map<String, Long> counts = sink.counts();
        return spansOfOne.entrySet().stream()
                .mapToLong(span -> {
                    long missing = span.getValue() * reports - counts.getOrDefault(span.getKey(), 0L);
                    if (missing != 0) {
                        Bench.say("%d of %d spans '%s' are missing", missing, span.getValue() * reports, span.getKey());
                    }
                    return Math.abs(missing);
                })
                .sum();
    }

    /** Within the retention. */
    private long submitted() {
        long reports = 0;
        long calls = (Long) redis.cli("ZCARD", "{rd:0}:recent");
        for (long i = 0; i < calls; i += 1_000) {
            List<?> entries =
                    (List<?>) redis.cli("ZRANGE", "{rd:0}:recent", String.valueOf(i), String.valueOf(i + 999));
            reports += entries.stream()
                    .flatMap(ids -> Stream.of(((String) ids).split(" ")))
                    .filter(id -> !id.equals("-"))
                    .count();
        }
        return reports;
    }

    @Override
    public long spans() {
        return sink.total();
    }

    /** The spans of one report, by name; every other should have the same. */
    private void first() throws IOException, InterruptedException {
        HttpClient http = HttpClient.newHttpClient();
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/reports"))
                .POST(BodyPublishers.ofString("{\"type\":\"simulated\"}"))
                .build();
        HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
        if (answer.statusCode() != 202) {
            throw new IllegalStateException(answer.statusCode() + " " + answer.body());
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        boolean settled = !traced;
        while (!settled) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("of the first report only these spans have come: " + spansOfOne);
            }
            Thread.sleep(500);
            Map<String, Long> now = sink.counts();
            // Those two end last, in whatever order, but may overtake others on their way here.
            settled = now.containsKey("process reports") && now.containsKey("POST /reports") && now.equals(spansOfOne);
            spansOfOne = now;
        }
    }

    @Override
    public void close() throws InterruptedException {
        try {
            service.close();
        } finally {
            redis.close();
            sink.close();
        }
    }
}
