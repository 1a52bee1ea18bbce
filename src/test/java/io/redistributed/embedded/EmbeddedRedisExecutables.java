package io.redistributed.embedded;

import java.io.IOException;
import java.nio.file.Path;

/** Lets tests, also of other packages, start the very server programs that {@link EmbeddedRedis} would. */
public enum EmbeddedRedisExecutables implements EmbeddedRedis.ExecutableLookup {
    /** The server on the PATH; fails if there is none, so that no test runs on another Redis than it says. */
    INSTALLED {
        @Override
        public RedisExecutable find(Path directory) {
            return RedisExecutable.onPath(System.getenv("PATH"))
                    .orElseThrow(() -> new IllegalStateException("No redis-server on the PATH: run scripts/test.sh"));
        }
    },
    /** The bundled server, unpacked into the given folder. */
    BUNDLED {
        @Override
        public RedisExecutable find(Path directory) throws IOException {
            return RedisExecutable.bundled(directory);
        }
    };

    /** The program's file. */
    public Path path(Path directory) throws IOException {
        return find(directory).path();
    }
}
