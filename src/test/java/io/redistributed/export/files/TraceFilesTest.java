package io.redistributed.export.files;

import static io.redistributed.testing.Waiting.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.redistributed.export.store.StoredSpan;
import io.redistributed.export.store.TraceStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceFilesTest {

    private static final long NOON = Instant.parse("2026-01-02T12:00:00Z").getEpochSecond() * 1_000_000_000;

    @TempDir
    private Path parent;

    private Path folder;

    @BeforeEach
    void setUp() {
        folder = parent.resolve("traces");
    }

    @Test
    void tracesSurviveRestart() throws IOException {
        StoredSpan root = span(1, 1, 0, StatusCode.UNSET);
        StoredSpan child = span(1, 2, 1, StatusCode.ERROR);
        StoredSpan unfinished = span(2, 5, 4, StatusCode.OK);
        TraceStore first = new TraceStore();
        try (TraceFiles files = TraceFiles.open(folder, first)) {
            first.add(List.of(child, root, unfinished));
        }

        TraceStore second = new TraceStore();
        try (TraceFiles files = TraceFiles.open(folder, second)) {
            second.add(List.of(span(2, 4, 0, StatusCode.OK)));
        }

        TraceStore third = reopened();
        assertThat(third.find(traceId(1)).orElseThrow().spans()).containsExactlyInAnyOrder(root, child);
        assertThat(third.find(traceId(2)).orElseThrow().spans())
                .containsExactlyInAnyOrder(unfinished, span(2, 4, 0, StatusCode.OK));
        assertThat(lines("spans") + lines("failed"))
                .as("each span is written once")
                .isEqualTo(3);
        assertThat(Files.getPosixFilePermissions(folder)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
        assertThat(files("failed")).isNotEmpty().allSatisfy(file -> assertThat(Files.getPosixFilePermissions(file))
                .isEqualTo(PosixFilePermissions.fromString("rw-------")));
    }

    /** What is in the folder at any moment is what {@code kill -9} leaves. */
    @Test
    void wholeTracesAreWrittenWhileRunning() throws IOException {
        TraceStore store = new TraceStore();
        try (TraceFiles files = TraceFiles.open(folder, store)) {
            store.add(List.of(span(1, 1, 0, StatusCode.ERROR), span(2, 1, 0, StatusCode.OK)));
            eventually(() -> lines("spans") + lines("failed") == 2);

            Path copy = parent.resolve("copy");
            copy(folder, copy);
            assertThat(reopened(copy).figures().getInteger("traces")).isEqualTo(2);
        }
    }

    @Test
    void damagedLinesAreSkipped() throws IOException {
        write(1, 2, StatusCode.OK);
        Path file = files("spans").get(0);
        String whole = Files.readString(file);
        String other = whole.replace(traceId(1), traceId(3)).replace(traceId(2), traceId(4));
        Files.write(
                file,
                ("\0\u0001 no JSON\n[]\n{\"resourceSpans\": [{\"scopeSpans\": 1}]}\n\n").getBytes(UTF_8),
                StandardOpenOption.APPEND);
        Files.write(file, "x".repeat(BoundedLines.MAX_BYTES + 1).getBytes(UTF_8), StandardOpenOption.APPEND);
        Files.writeString(file, "\n" + other.substring(0, other.length() - 9), StandardOpenOption.APPEND);
        Files.write(folder.resolve("spans-%015d.jsonl".formatted(1)), new byte[100_000]);
        Files.createFile(folder.resolve("spans-%015d.jsonl".formatted(2)));
        Files.createDirectory(folder.resolve("spans-%015d.jsonl".formatted(3)));

        TraceStore store = reopened();

        assertThat(store.figures().getInteger("traces")).isEqualTo(3);
        assertThat(store.find(traceId(3))).isPresent();
        assertThat(store.find(traceId(4))).as("in the truncated line").isEmpty();
    }

    @Test
    void failedTracesOutlastOthers() throws IOException {
        write(1, 1, StatusCode.ERROR);
        for (int round = 0; round < 3; round++) {
            TraceStore store = new TraceStore(100_000, 1L << 30);
            try (TraceFiles files = TraceFiles.open(folder, store)) {
                for (int i = 0; i < 6; i++) {
                    store.add(List.of(large(100 + 6 * round + i)));
                }
            }
            assertThat(bytes("spans")).isBetween(8L << 20, 12L << 20);
        }

        TraceStore store = reopened();

        assertThat(store.find(traceId(1))).isPresent();
        assertThat(store.find(traceId(100))).isEmpty();
        assertThat(store.find(traceId(117))).isPresent();
        assertThat(files("spans")).hasSizeGreaterThan(2);
    }

    @Test
    void traceThatFailsLateIsKeptAsFailed() throws IOException {
        TraceStore store = new TraceStore();
        try (TraceFiles files = TraceFiles.open(folder, store)) {
            store.add(List.of(span(1, 1, 0, StatusCode.OK)));
            eventually(() -> lines("spans") == 1);
            store.add(List.of(span(1, 2, 1, StatusCode.ERROR)));
            eventually(() -> lines("failed") == 1);
            store.add(List.of(span(1, 3, 2, StatusCode.OK)));
        }
        for (Path file : files("spans")) {
            Files.delete(file);
        }

        assertThat(reopened().find(traceId(1)).orElseThrow().spans())
                .containsExactlyInAnyOrder(
                        span(1, 1, 0, StatusCode.OK), span(1, 2, 1, StatusCode.ERROR), span(1, 3, 2, StatusCode.OK));
    }

    @Test
    void oldFilesAreDeleted() throws IOException {
        write(1, 1, StatusCode.OK);
        Path old = files("spans").get(0);
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(8, ChronoUnit.DAYS)));

        assertThat(reopened().figures().getInteger("traces")).isZero();
        assertThat(old).doesNotExist();
    }

    @Test
    void failureToWriteStopsNothing() throws IOException {
        TraceStore store = new TraceStore();
        Path aside = parent.resolve("aside");
        try (TraceFiles files = TraceFiles.open(folder, store)) {
            Files.move(folder, aside);
            store.add(List.of(span(1, 1, 0, StatusCode.OK)));
        }
        Files.move(aside, folder);

        assertThat(store.find(traceId(1))).isPresent();
        assertThat(reopened().find(traceId(1))).isEmpty();
        write(2, 2, StatusCode.OK);
        assertThat(reopened().find(traceId(2))).isPresent();
    }

    @Test
    void folderIsLockedAndPrivate() throws IOException {
        TraceStore store = new TraceStore();
        try (TraceFiles files = TraceFiles.open(folder, store)) {
            assertThatThrownBy(() -> TraceFiles.open(folder, new TraceStore()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(
                            "in use by process " + ProcessHandle.current().pid());
        }
        Files.createSymbolicLink(folder.resolve("spans-%015d.jsonl".formatted(1)), Path.of("/etc/passwd"));
        assertThatThrownBy(this::reopened).isInstanceOf(IOException.class).hasMessageContaining("symbolic link");
    }

    @Test
    void largeTraceTakesSeveralLines() throws IOException {
        TraceStore first = new TraceStore();
        try (TraceFiles files = TraceFiles.open(folder, first)) {
            for (int i = 1; i <= 1_500; i++) {
                first.add(List.of(span(1, i, i - 1, StatusCode.OK)));
            }
            for (int i = 1; i <= 2; i++) {
                first.add(List.of(large(2, i)));
            }
        }

        assertThat(lines("spans")).isGreaterThanOrEqualTo(4);
        TraceStore second = reopened();
        assertThat(second.find(traceId(1)).orElseThrow().spans().size()).isEqualTo(1_500);
        assertThat(second.find(traceId(2)).orElseThrow().spans().size()).isEqualTo(2);
    }

    private void write(int from, int to, StatusCode status) throws IOException {
        TraceStore store = new TraceStore();
        try (TraceFiles files = TraceFiles.open(folder, store)) {
            for (int trace = from; trace <= to; trace++) {
                store.add(List.of(span(trace, 1, 0, status)));
            }
        }
    }

    private TraceStore reopened() throws IOException {
        return reopened(folder);
    }

    private static TraceStore reopened(Path path) throws IOException {
        TraceStore store = new TraceStore();
        TraceFiles.open(path, store).close();
        return store;
    }

    private List<Path> files(String prefix) {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(file -> file.getFileName().toString().startsWith(prefix))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long lines(String prefix) {
        return files(prefix).stream()
                .mapToLong(file -> {
                    try {
                        return Files.readString(file).lines().count();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .sum();
    }

    private long bytes(String prefix) throws IOException {
        long bytes = 0;
        for (Path file : files(prefix)) {
            bytes += Files.size(file);
        }
        return bytes;
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectory(to, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try (Stream<Path> all = Files.list(from)) {
            for (Path file : all.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    /** A trace of about two mebibytes. */
    private static StoredSpan large(int trace) {
        return large(trace, 1);
    }

    private static StoredSpan large(int trace, int id) {
        return span(trace, id, id - 1, StatusCode.OK, Value.of("x".repeat(1 << 20)));
    }

    private static StoredSpan span(int trace, int id, int parent, StatusCode status) {
        return span(trace, id, parent, status, Value.of(KeyValue.of("rows", Value.of(3))));
    }

    private static StoredSpan span(int trace, int id, int parent, StatusCode status, Value<?> value) {
        List<KeyValue> resource = List.of(KeyValue.of("service.name", Value.of("shop")));
        List<KeyValue> attributes = List.of(
                KeyValue.of("value", value), KeyValue.of("ratio", Value.of(0.5)), KeyValue.of("ü\n", Value.of(true)));
        return new StoredSpan(
                new StoredSpan.Origin("shop", resource, 1, "", "scope", "1", List.of(), 0, ""),
                traceId(trace),
                "%016x".formatted(id),
                parent == 0 ? null : "%016x".formatted(parent),
                false,
                "a=b",
                0x101,
                "process orders",
                SpanKind.CONSUMER,
                NOON,
                NOON + 1,
                status,
                status == StatusCode.ERROR ? "too slow" : "",
                attributes,
                List.of(new StoredSpan.Event("sent", NOON, attributes, 2)),
                List.of(new StoredSpan.Link(traceId(9), "%016x".formatted(9), "", 1, List.of(), 0)),
                new StoredSpan.Dropped(1, 2, 3));
    }

    private static String traceId(int number) {
        return "%032x".formatted(number);
    }
}
