package io.redistributed.export;

import io.redistributed.vertx.internal.OncePerMinute;
import io.vertx.core.Context;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs the state of one exporter: when exports begin to fail, once a minute while they fail, when they recover, and the losses at the end. Events between two lines are part of the next line, at most a minute later.
 *
 * <p>Runs on the verticle's context.
 */
final class ExportLog {

    private static final Logger log = LoggerFactory.getLogger(ExportLog.class);
    private static final long PAUSE_MILLIS = TimeUnit.MINUTES.toMillis(1);

    private final Context context;
    private final String exporter;
    private final ExporterFigures figures;
    private final OncePerMinute warnings = new OncePerMinute();

    /** The reason of the last failed attempt; null before the first one. */
    private String reason;

    private boolean failing;
    private boolean failureTold;
    private boolean pausing;
    private boolean closed;
    private long failingSince;
    private long lossTold;

    /** @param exporter name in the log, without credentials */
    ExportLog(Context context, String exporter, ExporterFigures figures) {
        this.context = context;
        this.exporter = exporter;
        this.figures = figures;
    }

    /** Records a failed attempt or dropped spans. Called after they are counted. */
    void failed(String why) {
        reason = why.strip();
        if (!failing) {
            failing = true;
            failingSince = System.nanoTime();
        }
        if (!pausing) {
            tell();
        }
    }

    /** Logs what a collector says of spans that it took, once a minute. */
    void warned(String what) {
        if (warnings.passes()) {
            log.warn("Export to {} succeeds with a warning: {}", exporter, what.strip());
        }
    }

    /** Records a successful export after which no batch waits for a retry and the buffer is not full. */
    void worked() {
        failing = false;
        if (failureTold && !closed) {
            failureTold = false;
            lossTold = figures.now().lost();
            Duration duration = Duration.ofNanos(System.nanoTime() - failingSince);
            log.info(
                    "Export to {} recovered after {} s; lost {} spans in total",
                    exporter,
                    duration.toSeconds(),
                    lossTold);
        }
    }

    /** Logs the totals. Must be the last call. */
    void closed() {
        closed = true;
        ExporterFigures.Snapshot now = figures.now();
        if (now.lost() > 0) {
            log.warn(
                    "Export to {} ended: exported {} spans, lost {} {}",
                    exporter,
                    now.exported(),
                    now.lost(),
                    now.losses());
        }
    }

    private void tell() {
        ExporterFigures.Snapshot now = figures.now();
        lossTold = now.lost();
        if (failing) {
            failureTold = true;
            log.warn(
                    "Export to {} is failing: {}; exported {} spans, {} waiting, lost {} in total",
                    exporter,
                    reason,
                    now.exported(),
                    now.buffered() + now.inFlight(),
                    now.lost());
        } else {
            log.warn("Export to {} failed for a while: {}; lost {} spans in total", exporter, reason, now.lost());
        }
        pausing = true;
        context.owner().setTimer(PAUSE_MILLIS, passed -> {
            pausing = false;
            if (!closed && (failing || figures.now().lost() > lossTold)) {
                tell();
            }
        });
    }
}
