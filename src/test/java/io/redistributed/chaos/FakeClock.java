package io.redistributed.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The wall clock of a process, by libfaketime; the monotonic clock, by which processes wait, stays as it is. */
final class FakeClock {

    private static final List<Path> FOLDERS = List.of(Path.of("/usr/lib"), Path.of("/usr/local/lib"));
    private static final String LIBRARY = "faketime/libfaketimeMT.so.1";

    private final Path file;
    private int offset;

    /**
     * @param file which libfaketime reads every second
     * @param offset seconds ahead of the true time
     */
    FakeClock(Path file, int offset) throws IOException {
        this.file = file;
        jump(offset);
    }

    /** Environment variables for the process. */
    Map<String, String> environment() {
        return Map.of(
                "LD_PRELOAD",
                library(),
                "FAKETIME_TIMESTAMP_FILE",
                file.toString(),
                "FAKETIME_CACHE_DURATION",
                "1",
                "FAKETIME_DONT_FAKE_MONOTONIC",
                "1",
                // The workaround for older C libraries makes waits spin.
                "FAKETIME_FORCE_MONOTONIC_FIX",
                "0");
    }

    /** Moves the clock ahead by some seconds. */
    void jump(int seconds) throws IOException {
        offset += seconds;
        Files.writeString(file, String.format("%+d", offset));
    }

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
        throw new IllegalStateException("libfaketime is not installed; Debian has it in the package faketime");
    }
}
