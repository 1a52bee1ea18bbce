package io.redistributed.bench;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Figures of a run as one line of JSON: when, of which commit, on which machine. Figures are compared within a line only. */
final class History {

    private final JsonObject figures = new JsonObject();

    void add(String name, Spread spread) {
        figures.put(
                name,
                new JsonObject()
                        .put("median", rounded(spread.median()))
                        .put("min", rounded(spread.min()))
                        .put("max", rounded(spread.max())));
    }

    void add(String name, double value) {
        figures.put(name, rounded(value));
    }

    /** Appends the line to that file, unless nothing was measured. */
    void append(Path file, String machine) throws IOException, InterruptedException {
        if (figures.isEmpty()) {
            return;
        }
        JsonObject line = new JsonObject()
                .put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString())
                .put("commit", commit())
                .put("machine", machine.strip())
                .put("figures", figures);
        Files.writeString(file, line.encode() + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** Such as {@code 1a2b3c4}, or {@code 1a2b3c4-dirty} with uncommitted changes. */
    private static String commit() throws IOException, InterruptedException {
        Process git = new ProcessBuilder("git", "describe", "--always", "--dirty").start();
        String commit = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        return git.waitFor() == 0 ? commit : "unknown";
    }

    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
