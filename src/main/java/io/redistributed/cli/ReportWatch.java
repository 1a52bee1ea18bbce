package io.redistributed.cli;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/** Waits for a report. While it does, Ctrl-C cancels the report. */
final class ReportWatch {

    private static final Set<String> FINAL = Set.of("done", "failed", "cancelled");
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** Failed looks in a row, a second apart, after which the service counts as gone. */
    private static final int MAX_FAILURES = 10;

    private final ReportClient client;
    private final JsonObject accepted;
    private final String path;
    private final ReportProgress progress;

    /** @param accepted as the service answered when the report was asked for */
    ReportWatch(ReportClient client, JsonObject accepted, ReportProgress progress) {
        this.client = client;
        this.accepted = accepted;
        this.path = accepted.getJsonObject("links").getString("self");
        this.progress = progress;
    }

    /**
     * The report when it is done, failed or cancelled.
     *
     * @throws IOException if it is not by then, or the service has gone, saying where it is to be found
     */
    JsonObject ended(Duration timeout) throws IOException, InterruptedException {
        Thread onSignal = new Thread(this::cancel, "cancel");
        Runtime.getRuntime().addShutdownHook(onSignal);
        try {
            progress.accepted(accepted);
            JsonObject report = poll(System.nanoTime() + timeout.toNanos());
            progress.ended(report);
            return report;
        } finally {
            leaveToSignal(onSignal);
        }
    }

    private JsonObject poll(long deadline) throws IOException, InterruptedException {
        int failures = 0;
        while (System.nanoTime() - deadline < 0) {
            try {
                JsonObject report = client.report(path, POLL);
                failures = 0;
                if (FINAL.contains(report.getString("state"))) {
                    return report;
                }
                progress.running(report);
            } catch (IOException e) {
                if (++failures == MAX_FAILURES) {
                    throw new IOException(e.getMessage() + "; " + whereabouts(), e);
                }
                Thread.sleep(PAUSE.toMillis());
            }
        }
        throw new IOException("the report has not ended in time; " + whereabouts());
    }

    private String whereabouts() {
        return "it is at " + client.url(path) + ", where DELETE cancels it";
    }

    private void cancel() {
        try {
            JsonObject report = client.cancel(path);
            boolean isOver = report.getString("state").equals("cancelled");
            progress.say("report " + accepted.getString("id") + (isOver ? " is cancelled" : " is being cancelled"));
        } catch (RefusedException over) {
            progress.say(over.getMessage());
        } catch (IOException e) {
            progress.say("cannot cancel: " + e.getMessage() + "; " + whereabouts());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** If a signal is ending the JVM, the last word is that of {@code cancel}. */
    private static void leaveToSignal(Thread onSignal) throws InterruptedException {
        try {
            Runtime.getRuntime().removeShutdownHook(onSignal);
        } catch (IllegalStateException ending) {
            new CountDownLatch(1).await();
        }
    }
}
