package io.redistributed.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The load generator wrk, which costs next to nothing beside what it loads. One thread, closed loop. */
final class Wrk {

    private final Path script;
    private final int connections;

    Wrk(Path folder, int connections) throws IOException {
        this.connections = connections;
        this.script = Files.writeString(folder.resolve("post.lua"), """
                wrk.method = "POST"
                wrk.headers["Content-Type"] = "application/json"
                wrk.body = '{"type":"simulated","parameters":{}}'
                """);
    }

    /** Posts for so many seconds; fails if anything else than success was answered. */
    void post(int port, int seconds) throws IOException, InterruptedException {
        Process wrk = new ProcessBuilder(
                        "wrk",
                        "-t1",
                        "-c" + connections,
                        "-d" + seconds + "s",
                        "-s",
                        script.toString(),
                        "http://127.0.0.1:" + port + "/reports")
                .redirectErrorStream(true)
                .start();
        String said = new String(wrk.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (wrk.waitFor() != 0 || said.contains("Non-2xx") || said.contains("Socket errors")) {
            throw new IllegalStateException("wrk says:\n" + said);
        }
    }
}
