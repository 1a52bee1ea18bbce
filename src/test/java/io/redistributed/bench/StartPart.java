package io.redistributed.bench;

import io.redistributed.bench.Start.Figures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Measures the start of the service without a configuration file, and its memory when idle. */
final class StartPart {

    /** As {@code scripts/run.sh} has it. */
    private static final List<String> WITH_ARCHIVE = List.of(
            "-XX:SharedArchiveFile=" + System.getProperty("redistributed.archive"),
            "-Xlog:cds=off",
            "-Xlog:cds+dynamic=off");

    private final int starts;
    private final Path folder;

    StartPart(int starts, Path folder) {
        this.starts = starts;
        this.folder = folder;
    }

    /** @return whether all starts were measured */
    boolean run() throws IOException, InterruptedException {
        List<Figures> without = new ArrayList<>();
        List<Figures> with = new ArrayList<>();
        boolean archive = Files.exists(Path.of(System.getProperty("redistributed.archive")));
        // The first start warms up the measuring tools. Variants take turns, because the load of the machine may
        // change.
        for (int i = 0; i <= starts; i++) {
            Bench.say("start: %d of %d", i, starts);
            without.add(Start.measure(folder, List.of()));
            if (archive) {
                with.add(Start.measure(folder, WITH_ARCHIVE));
            }
        }
        Table.head(
                "`java -jar`, medians of " + starts,
                "ms until ready",
                "ms until the first 202",
                "CPU ms until both",
                "classes",
                "of them from archives",
                "RSS of the JVM when idle, MB",
                "heap in use after a GC, MB",
                "RSS of its Redis, MB");
        row("without an archive of its classes", without.subList(1, without.size()));
        if (archive) {
            row("with it", with.subList(1, with.size()));
        }
        return archive;
    }

    private static void row(String name, List<Figures> starts) {
        Table.row(
                name,
                Table.median(starts, Figures::readyMillis),
                Table.median(starts, Figures::acceptedMillis),
                Table.median(starts, Figures::cpuMillis),
                Table.median(starts, Figures::classes),
                Table.median(starts, Figures::sharedClasses),
                Table.median(starts, Figures::residentMegabytes),
                Table.median(starts, Figures::heapMegabytes),
                Table.median(starts, Figures::redisMegabytes));
    }
}
