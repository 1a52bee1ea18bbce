package io.redistributed.embedded;

import java.io.IOException;
import java.nio.file.Path;

/** Lets tests, also of other packages, start the very server programs that {@link EmbeddedRedis} would. */
public enum EmbeddedRedisExecutables implements EmbeddedRedis.ExecutableLookup {
    /** The server on the PATH, which scripts/test.sh installs; else the bundled one, so that mvn test needs a JDK alone. */
    INSTALLED {
        @Override
        public RedisExecutable find(Path directory) throws IOException {
            return RedisExecutable.find(System.getenv("PATH"), directory);
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
