package io.redistributed.load;

import java.io.PrintWriter;
import java.util.Locale;

/** Shows the progress of a run: a bar on a terminal, otherwise an occasional line. */
final class Progress {

    private static final int WIDTH = 30;
    private static final int LINE_EVERY = 10;

    private final PrintWriter out;
    private final boolean isTerminal;
    private String phase = "";
    private int calls;
    private int shown;

    Progress(PrintWriter out, boolean isTerminal) {
        this.out = out;
        this.isTerminal = isTerminal;
    }

    /**
     * Call about once a second.
     *
     * @param share completed share of the phase, 0 to 1
     */
    void tell(String newPhase, double share, String details) {
        boolean isNew = !newPhase.equals(phase);
        phase = newPhase;
        calls = isNew ? 0 : calls + 1;
        if (isTerminal) {
            int full = (int) Math.round(share * WIDTH);
            String line = String.format(
                    Locale.ROOT,
                    "%-10s [%s%s] %3.0f%%  %s",
                    phase,
                    "#".repeat(full),
                    ".".repeat(WIDTH - full),
                    100 * share,
                    details);
            out.print("\r" + line + " ".repeat(Math.max(0, shown - line.length())));
            shown = line.length();
        } else if (calls % LINE_EVERY == 0) {
            out.printf(Locale.ROOT, "%-10s %3.0f%%  %s%n", phase, 100 * share, details);
        }
        out.flush();
    }

    /** Clears the line for other output. */
    void end() {
        if (isTerminal) {
            out.print("\r" + " ".repeat(shown) + "\r");
            out.flush();
        }
    }
}
