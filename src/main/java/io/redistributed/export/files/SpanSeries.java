package io.redistributed.export.files;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import io.redistributed.export.otlp.OtlpReceiver;
import io.redistributed.export.otlp.OtlpTraces;
import io.redistributed.export.store.StoredSpan;
import io.redistributed.export.store.TraceStore;
import io.redistributed.system.DataFolder;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Numbered files of spans with a common prefix. Each new file deletes the oldest ones beyond the limits of bytes and age. Not
 * thread-safe.
 */
final class SpanSeries implements Closeable {

    private static final Logger log = LoggerFactory.getLogger(SpanSeries.class);

    private static final long MAX_BYTES = 12 << 20;
    private static final long MAX_FILE_BYTES = 2 << 20;
    private static final long MAX_AGE_MILLIS = Duration.ofDays(7).toMillis();
    private static final long MAX_OPEN_MILLIS = Duration.ofHours(1).toMillis();
    private static final int MAX_FILES = 200;
    private static final int MAX_SPANS_PER_LINE = 1_000;

    private final Path folder;
    private final String prefix;
    private final Pattern name;

    /** Null before the first span. */
    private FileChannel out;

    private long number;
    private long openedMillis;
    private long written;

    SpanSeries(Path folder, String prefix) {
        this.folder = folder;
        this.prefix = prefix;
        this.name = Pattern.compile(prefix + "-\\d{15}\\.jsonl");
    }

    /** Adds the spans of all files to a store, oldest first. */
    void read(TraceStore store) throws IOException {
        for (Path file : files()) {
            number = Math.max(
                    number, Long.parseLong(file.getFileName().toString().replaceAll("\\D", "")));
            read(file, store);
        }
    }

    private static void read(Path file, TraceStore store) throws IOException {
        OtlpReceiver receiver = new OtlpReceiver(store);
        int lines = 0;
        int unreadable = 0;
        String first = "";
        try (BoundedLines in = new BoundedLines(Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS))) {
            while (in.next()) {
                lines++;
                String problem = in.isWhole() ? receiver.restore(in.line()) : "too long, or without an end";
                if (!problem.isEmpty() && unreadable++ == 0) {
                    first = "line " + lines + ": " + problem;
                }
            }
        } catch (NoSuchFileException e) {
            return;
        }
        if (unreadable > 0) {
            log.warn("Skipped {} of {} lines of {} that cannot be read; {}", unreadable, lines, file, first);
        }
    }

    void append(List<StoredSpan> spans) throws IOException {
        for (int from = 0; from < spans.size(); from += MAX_SPANS_PER_LINE) {
            appendLine(spans.subList(from, Math.min(from + MAX_SPANS_PER_LINE, spans.size())));
        }
    }

    private void appendLine(List<StoredSpan> spans) throws IOException {
        byte[] line = OtlpTraces.data(spans);
        if (line.length >= BoundedLines.MAX_BYTES) {
            // A single larger span is not kept, as it could not be read.
            if (spans.size() > 1) {
                appendLine(spans.subList(0, spans.size() / 2));
                appendLine(spans.subList(spans.size() / 2, spans.size()));
            }
            return;
        }
        ByteBuffer rest =
                ByteBuffer.allocate(line.length + 1).put(line).put((byte) '\n').flip();
        rotate(rest.limit());
        try {
            while (rest.hasRemaining()) {
                out.write(rest);
            }
            written += rest.limit();
        } catch (IOException e) {
            // The next line must not continue this one.
            out.truncate(written);
            throw e;
        }
    }

    /** A file is larger than its limit only if it has a single line. */
    private void rotate(int bytes) throws IOException {
        long now = System.currentTimeMillis();
        if (out == null || written + bytes > MAX_FILE_BYTES || now - openedMillis >= MAX_OPEN_MILLIS) {
            close();
            prune(MAX_BYTES - Math.max(MAX_FILE_BYTES, bytes));
            number = Math.max(now, number + 1);
            Path file = folder.resolve("%s-%015d.jsonl".formatted(prefix, number));
            out = FileChannel.open(file, Set.of(CREATE_NEW, WRITE), DataFolder.OWNER_READS);
            openedMillis = now;
            written = 0;
        }
    }

    /** Deletes files beyond the limits. */
    void prune() throws IOException {
        prune(MAX_BYTES);
    }

    @Override
    public void close() throws IOException {
        FileChannel full = out;
        out = null;
        if (full != null) {
            full.close();
        }
    }

    private void prune(long maxBytes) throws IOException {
        List<Path> newestFirst = new ArrayList<>(files());
        Collections.reverse(newestFirst);
        long oldest = System.currentTimeMillis() - MAX_AGE_MILLIS;
        long bytes = 0;
        int count = 0;
        for (Path file : newestFirst) {
            bytes += Files.size(file);
            if (bytes > maxBytes
                    || ++count > MAX_FILES
                    || Files.getLastModifiedTime(file).toMillis() < oldest) {
                Files.delete(file);
            }
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(
                            file -> name.matcher(file.getFileName().toString()).matches()
                                    && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .toList();
        }
    }
}
