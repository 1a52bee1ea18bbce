package io.redistributed.redis;

import java.io.IOException;
import java.nio.file.Path;

/** Lets tests of other packages start the very server programs that the embedded Redis would. */
public final class EmbeddedRedisExecutables {

    private EmbeddedRedisExecutables() {}

    /** The server on the PATH; fails if there is none, so that no test runs on another Redis than it says. */
    public static Path installed() {
        return RedisExecutable.onPath(System.getenv("PATH"))
                .orElseThrow(() -> new IllegalStateException("No redis-server on the PATH: run scripts/test.sh"))
                .path();
    }

    /** The bundled server, unpacked into {@code directory}. */
    public static Path bundled(Path directory) throws IOException {
        return RedisExecutable.bundled(directory).path();
    }
}
