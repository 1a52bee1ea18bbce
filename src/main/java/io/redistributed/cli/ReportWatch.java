package io.redistributed.cli;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/** Waits for a report. Ctrl-C cancels the report meanwhile. */
final class ReportWatch {

    private static final Set<String> FINAL = Set.of("done", "failed", "cancelled");
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** Consecutive failed polls, a second apart, after which the service counts as unavailable. */
    private static final int MAX_FAILURES = 10;

    private final ReportClient client;
    private final JsonObject accepted;
    private final String path;
    private final ReportProgress progress;

    /** @param accepted response of the service to the submission */
    ReportWatch(ReportClient client, JsonObject accepted, ReportProgress progress) {
        this.client = client;
        this.accepted = accepted;
        this.path = accepted.getJsonObject("links").getString("self");
        this.progress = progress;
    }

    /**
     * Returns the report when it is done, failed or cancelled.
     *
     * @throws IOException if the report does not end in time or the service is unavailable; the message has the report's URL
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
        throw new IOException("the report did not end in time; " + whereabouts());
    }

    private String whereabouts() {
        return "see " + client.url(path) + " (DELETE cancels the report)";
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

    /** Lets {@code cancel} print the last line if a signal is ending the JVM. */
    private static void leaveToSignal(Thread onSignal) throws InterruptedException {
        try {
            Runtime.getRuntime().removeShutdownHook(onSignal);
        } catch (IllegalStateException ending) {
            new CountDownLatch(1).await();
        }
    }
}
