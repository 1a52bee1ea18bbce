package io.redistributed;

import io.redistributed.auth.ApiKey;
import io.redistributed.testing.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The whole service as a process with little heap, for attacks. */
final class AbuseTarget implements AutoCloseable {

    static final int MAX_CONNECTIONS = 2_000;

    /** API key that all requests have; empty for a service without authentication. Attackers inherit it. */
    static final String KEY = System.getenv().getOrDefault("ABUSE_KEY", "");

    private static final Pattern LIVE_BYTES = Pattern.compile("(?m)^Total +\\d+ +(\\d+)");

    /** @param heapBytes that are live after a collection */
    record Resources(long heapBytes, int threads, int descriptors) {

        @Override
        public String toString() {
            return (heapBytes >> 20) + " MiB of heap, " + threads + " threads, " + descriptors + " descriptors";
        }
    }

    final int port = Ports.free();
    final int http2Port = Ports.free();
    final Path redisConfig;
    private final JarProcess process;

    AbuseTarget(Path folder) throws IOException {
        redisConfig = folder.resolve("redis/redis.conf");
        Path config = Files.writeString(folder.resolve("abuse.yaml"), """
                redis: { mode: embedded, data: "%s" }
                tracing: { exporters: [store], sampler: parentbased_traceidratio, ratio: 0.05 }
                auth: { callers: %s }
                verticles:
                  - { name: "java:io.redistributed.export.JaegerExporterVerticle" }
                  - { name: "java:io.redistributed.generate.SummaryGenerator" }
                  - { name: "java:io.redistributed.generate.SimulatedGenerator" }
                  - { name: "java:io.redistributed.worker.WorkerVerticle", instances: 2 }
                  - name: "java:io.redistributed.api.HttpVerticle"
                    instances: 2
                    config: { port: %d, maxConnections: %d }
                  - name: "java:io.redistributed.api.HttpVerticle"
                    instances: 2
                    config: { port: %d, maxConnections: %d, http2: true }
                """.formatted(
                        folder.resolve("redis"), callers(), port, MAX_CONNECTIONS, http2Port, MAX_CONNECTIONS));
        process = new JarProcess(
                        folder,
                        Map.of(),
                        System.getProperty("abuse.jvm", "-Dx"),
                        "-Xmx400m",
                        "-conf",
                        config.toString())
                .awaitReady();
    }

    private static String callers() {
        return KEY.isEmpty()
                ? "[]"
                : "[{ name: all, keys: [\"%s\"], rights: [submit, read, operate, ingest, metrics] }]"
                        .formatted(ApiKey.hash(KEY));
    }

    /** After a collection of all garbage. */
    Resources resources() {
        Path proc = Path.of("/proc", String.valueOf(process.pid()));
        try (Stream<Path> descriptors = Files.list(proc.resolve("fd"));
                Stream<Path> threads = Files.list(proc.resolve("task"))) {
            return new Resources(liveBytes(), (int) threads.count(), (int) descriptors.count());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Resources used by the service and its Redis so far. */
    long cpuMillis() {
        ProcessHandle service = ProcessHandle.of(process.pid()).orElseThrow();
        return Stream.concat(Stream.of(service), service.descendants())
                .mapToLong(one -> one.info().totalCpuDuration().orElseThrow().toMillis())
                .sum();
    }

    String log() {
        return process.err();
    }

    @Override
    public void close() {
        process.close();
    }

    private long liveBytes() throws IOException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Process histogram = new ProcessBuilder(jcmd, String.valueOf(process.pid()), "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        String text = new String(histogram.getInputStream().readAllBytes());
        Matcher total = LIVE_BYTES.matcher(text);
        if (!total.find()) {
            throw new IOException("jcmd says: " + text);
        }
        return Long.parseLong(total.group(1));
    }
}
