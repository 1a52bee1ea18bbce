package io.redistributed.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** The load generator h2load of nghttp2: a fixed number of requests over HTTP/1.1, one thread, closed loop. */
final class HttpLoad {

    private final Path body;
    private final int connections;

    HttpLoad(Path folder, int connections) throws IOException {
        this.connections = connections;
        this.body = Files.writeString(folder.resolve("body.json"), "{\"type\":\"simulated\",\"parameters\":{}}");
    }

    /**
     * Posts that many jobs.
     *
     * @return CPU time that the load generator has used, as last seen before its end
     * @throws IllegalStateException if an answer was no success
     */
    Duration post(int port, int jobs) throws IOException, InterruptedException {
        Process load = start(port, jobs);
        Duration cpu = Duration.ZERO;
        while (load.isAlive()) {
            cpu = load.info().totalCpuDuration().orElse(cpu);
            Thread.sleep(5);
        }
        String output = new String(load.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (load.waitFor() != 0 || !output.contains("status codes: " + jobs + " 2xx")) {
            throw new IllegalStateException("h2load of " + jobs + " jobs printed:\n" + output);
        }
        return cpu;
    }

    /** Starts the same; the caller ends it. */
    Process start(int port, int jobs) throws IOException {
        return new ProcessBuilder(
                        "h2load",
                        "--h1",
                        "-t1",
                        "-c" + connections,
                        "-n" + jobs,
                        "-d" + body,
                        "-Hcontent-type: application/json",
                        "http://127.0.0.1:" + port + "/reports")
                .redirectErrorStream(true)
                .start();
    }
}
