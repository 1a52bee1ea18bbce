package io.redistributed.cli;

import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.time.Duration;

/** Shows the progress of a report: a bar on a terminal, else one line per change. Thread-safe. */
final class ReportProgress {

    private static final int BAR = 30;
    private static final int STEPS = 10;
    private static final String CLEAR_LINE = "\r\u001b[K";

    private final PrintWriter out;
    private final boolean quiet;
    private final boolean terminal;
    private final Glyphs glyphs;
    private final long started = System.nanoTime();
    private String said = "";

    ReportProgress(PrintWriter out, boolean quiet, boolean terminal, Glyphs glyphs) {
        this.out = out;
        this.quiet = quiet;
        this.terminal = terminal;
        this.glyphs = glyphs;
    }

    void accepted(JsonObject report) {
        tell("report " + report.getString("id") + ", trace " + report.getString("traceId"));
    }

    void running(JsonObject report) {
        double progress = Math.min(1, Math.max(0, report.getDouble("progress", 0.0)));
        String state = report.getString("state")
                + (report.getInteger("attempt") > 1 ? ", attempt " + report.getInteger("attempt") : "");
        if (terminal) {
            draw(progress, state);
            return;
        }
        int step = (int) (progress * STEPS);
        String line = step == 0 ? state : state + ", " + 100 * step / STEPS + " %";
        if (!line.equals(said)) {
            said = line;
            tell(line);
        }
    }

    void ended(JsonObject report) {
        String line = report.getString("state") + " after " + time();
        if (report.getString("state").equals("done")) {
            tell(line);
            return;
        }
        String why = report.containsKey("error") ? line + ": " + Printable.of(report.getString("error")) : line;
        say(quiet ? "redistributed: report " + report.getString("id") + ": " + why : why);
    }

    /** Prints even with {@code --quiet}. */
    synchronized void say(String line) {
        out.println((terminal ? CLEAR_LINE : "") + line);
        out.flush();
    }

    private void tell(String line) {
        if (!quiet) {
            say(line);
        }
    }

    private synchronized void draw(double progress, String state) {
        if (!quiet) {
            int full = (int) Math.round(progress * BAR);
            out.print("%s%s%s %3d %% %s, %s"
                    .formatted(
                            CLEAR_LINE,
                            glyphs.bar().repeat(full),
                            glyphs.track().repeat(BAR - full),
                            Math.round(100 * progress),
                            state,
                            time()));
            out.flush();
        }
    }

    private String time() {
        return Durations.text(Duration.ofNanos(System.nanoTime() - started));
    }
}
