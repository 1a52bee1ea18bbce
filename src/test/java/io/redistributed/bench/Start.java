package io.redistributed.bench;

import io.redistributed.testing.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One start of the service, on an empty data folder. */
final class Start {

    private static final long START_SECONDS = 120;

    private static final long POLL_NANOS = 2_000_000;

    /** After a start, until it is idle: connections are made, the workers have beaten twice. */
    private static final long QUIET_MILLIS = 5_000;

    private static final String REQUEST = "POST /reports?type=simulated HTTP/1.1\r\nHost: localhost\r\n"
            + "Content-Length: 0\r\nConnection: close\r\n\r\n";

    private Start() {}

    /**
     * @param readyMillis from the start of the process, until it says so
     * @param acceptedMillis from the start of the process, to the first 202
     * @param cpuMillis of the JVM until both
     * @param sharedClasses of the classes those that come from an archive
     * @param residentMegabytes of the JVM, when idle
     * @param heapMegabytes after a collection, when idle
     * @param redisMegabytes of its Redis
     */
    record Figures(
            double readyMillis,
            double acceptedMillis,
            double cpuMillis,
            double classes,
            double sharedClasses,
            double residentMegabytes,
            double heapMegabytes,
            double redisMegabytes) {}

    static Figures measure(Path folder, List<String> options) throws IOException, InterruptedException {
        int port = Ports.free();
        List<String> all = new ArrayList<>(options);
        all.add("-Dredistributed.redis.data=" + Files.createTempDirectory(folder, "data"));
        all.add("-Dredistributed.verticles.4.config.port=" + port);
        long begin = System.nanoTime();
        try (Program service = Program.jar(folder, "start", all, List.of())) {
            CompletableFuture<Double> firstAccepted = CompletableFuture.supplyAsync(() -> {
                awaitAccepted(port);
                return millisSince(begin);
            });
            service.await(" is ready after ");
            double ready = millisSince(begin);
            double accepted = firstAccepted.join();
            double cpu = service.cpuMicros() / 1000;
            Thread.sleep(QUIET_MILLIS);
            double resident = megabytes(service.process());
            // The other processes below are shells. By name it cannot be known: some name the program redis-check-rdb.
            double redis = service.process()
                    .descendants()
                    .mapToDouble(Start::megabytes)
                    .max()
                    .orElseThrow();
            String counters = jcmd(service, "PerfCounter.print");
            double shared = number(counters, "java\\.cls\\.sharedLoadedClasses=(\\d+)");
            double classes = number(counters, "java\\.cls\\.loadedClasses=(\\d+)") + shared;
            jcmd(service, "GC.run");
            double heap = number(jcmd(service, "GC.heap_info"), "used (\\d+)K") / 1024;
            return new Figures(ready, accepted, cpu, classes, shared, resident, heap, redis);
        }
    }

    private static void awaitAccepted(int port) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (!accepts(port)) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("no report was accepted within " + START_SECONDS + " s");
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private static boolean accepts(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(REQUEST.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .startsWith("HTTP/1.1 202 ");
        } catch (IOException notYet) {
            return false;
        }
    }

    private static double millisSince(long begin) {
        return (System.nanoTime() - begin) / 1e6;
    }

    private static double megabytes(ProcessHandle process) {
        try {
            return Long.parseLong(output("ps", "-o", "rss=", "-p", Long.toString(process.pid()))
                            .strip())
                    / 1024.0;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String jcmd(Program service, String command) throws IOException, InterruptedException {
        String program = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        return output(program, Long.toString(service.process().pid()), command);
    }

    private static String output(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + output);
        }
        return output;
    }

    private static double number(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        if (!matcher.find()) {
            throw new IllegalStateException("no " + pattern + " in:\n" + text);
        }
        return Long.parseLong(matcher.group(1));
    }
}
