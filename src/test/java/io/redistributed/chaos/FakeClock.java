package io.redistributed.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The wall clock of one node, by libfaketime; the monotonic clock, by which processes wait, stays as it is.
 *
 * @param node its name
 * @param offset the file that libfaketime reads every second
 */
record FakeClock(String node, Path offset) {

    private static final List<Path> FOLDERS = List.of(Path.of("/usr/lib"), Path.of("/usr/local/lib"));
    private static final String LIBRARY = "faketime/libfaketimeMT.so.1";

    static boolean isInstalled() {
        return !library().isEmpty();
    }

    /** What the node's process needs in its environment. */
    Map<String, String> environment() {
        return isInstalled()
                ? Map.of(
                        "LD_PRELOAD",
                        library(),
                        "FAKETIME_TIMESTAMP_FILE",
                        offset.toString(),
                        "FAKETIME_CACHE_DURATION",
                        "1",
                        "FAKETIME_DONT_FAKE_MONOTONIC",
                        "1")
                : Map.of();
    }

    /** Seconds from the true time. */
    void jumpTo(int seconds) throws IOException {
        Files.writeString(offset, (seconds < 0 ? "" : "+") + seconds);
    }

    /** Empty if there is none. */
    private static String library() {
        for (Path folder : FOLDERS) {
            try (Stream<Path> below = Files.find(folder, 3, (path, attributes) -> path.endsWith(LIBRARY))) {
                Path found = below.findFirst().orElse(null);
                if (found != null) {
                    return found.toString();
                }
            } catch (IOException none) {
                continue;
            }
        }
        return "";
    }
}
