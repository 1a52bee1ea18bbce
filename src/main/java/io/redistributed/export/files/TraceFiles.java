package io.redistributed.export.files;

import io.redistributed.export.store.TraceStore;
import io.redistributed.export.store.UnsavedSpans;
import io.redistributed.system.DataFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps traces of a store in a folder, so that they survive a restart and {@code kill -9}. Once a second, a thread of its own
 * appends traces that are whole, or have got no span for 5 s, failed traces first. It writes at most about 4 MiB a second; traces that
 * the store evicts before are not kept. A crash of the machine may lose the last seconds.
 *
 * <p>Failed traces, with a span of status ERROR, have files of their own, so that others do not displace them. Spans that were
 * written before their trace failed are written again there. Each half has at most
 * 12 MiB, which a store of the default size can hold. Files that got no span for 7 days are deleted. The format is that of OpenTelemetry's <a
 * href="https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/">file exporter</a>: a {@code TracesData} in JSON a line.
 *
 * <p>A failure to write, such as a full disk, is logged once a minute and has no other effect.
 */
public final class TraceFiles implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(TraceFiles.class);

    private static final long MAX_BYTES_PER_PASS = 4 << 20;
    private static final long MAX_BYTES_AT_CLOSE = 64 << 20;
    private static final long CLOSE_SECONDS = 30;
    private static final Duration QUIET = Duration.ofSeconds(5);

    private final TraceStore store;
    private final DataFolder folder;
    private final SpanSeries others;
    private final SpanSeries failed;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread created = new Thread(task, "trace-files");
        created.setDaemon(true);
        return created;
    });
    private long nextLog = System.nanoTime();

    private TraceFiles(TraceStore store, DataFolder folder) {
        this.store = store;
        this.folder = folder;
        this.others = new SpanSeries(folder.path(), "spans");
        this.failed = new SpanSeries(folder.path(), "failed");
    }

    /**
     * Fills the store from the folder, which takes seconds and does not block, and writes into the folder until closed. Skips
     * unreadable lines and logs them.
     *
     * @param path created with access for its owner only if it does not exist
     * @throws IOException if the folder cannot be made or read, if others have access to it, or if another process uses it
     */
    public static TraceFiles open(Path path, TraceStore store) throws IOException {
        DataFolder folder = DataFolder.open(path);
        TraceFiles files = new TraceFiles(store, folder);
        store.trackUnsaved();
        files.thread.execute(files::load);
        files.thread.scheduleWithFixedDelay(() -> files.save(QUIET, MAX_BYTES_PER_PASS), 1, 1, TimeUnit.SECONDS);
        files.thread.scheduleWithFixedDelay(files::prune, 1, 1, TimeUnit.HOURS);
        return files;
    }

    private void load() {
        prune();
        try {
            others.read(store);
            failed.read(store);
            log.info(
                    "Traces survive restarts in {}; it holds {}",
                    folder.path(),
                    store.figures().getInteger("traces"));
        } catch (IOException | RuntimeException e) {
            log.warn("Cannot read all traces of {}: {}", folder.path(), e.toString());
        }
    }

    private void save(Duration quiet, long maxBytes) {
        try {
            for (UnsavedSpans trace : store.takeUnsaved(quiet, maxBytes)) {
                (trace.failed() ? failed : others).append(trace.spans());
            }
        } catch (IOException | RuntimeException e) {
            warn(e);
        }
    }

    private void prune() {
        try {
            others.prune();
            failed.prune();
        } catch (IOException | RuntimeException e) {
            warn(e);
        }
    }

    private void warn(Exception cause) {
        if (System.nanoTime() - nextLog >= 0) {
            nextLog = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
            log.warn("Cannot keep traces in {}: {}; new ones are in memory only", folder.path(), cause.toString());
        }
    }

    /** Writes all traces, whole or not, and unlocks the folder. Blocks, at most 30 s. Call it when no spans are added anymore. */
    @Override
    public void close() {
        thread.execute(() -> save(Duration.ZERO, MAX_BYTES_AT_CLOSE));
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                log.warn("Not all traces were written to {} within {} s", folder.path(), CLOSE_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try (folder;
                others;
                failed) {
            log.debug("Closing the files in {}", folder.path());
        } catch (IOException e) {
            log.warn("Cannot close the files in {}: {}", folder.path(), e.toString());
        }
    }
}
