package io.redistributed.embedded;

import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.embedded.core.ExecutableProvider;
import redis.embedded.model.OsArchitecture;

/**
 * Finds a Redis or Valkey server program and its version.
 *
 * @param path the program's file, absolute
 * @param version as the program states it, such as {@code 7.0.15}
 */
record RedisExecutable(Path path, String version) {

    private static final Logger log = LoggerFactory.getLogger(RedisExecutable.class);
    private static final Pattern VERSION = Pattern.compile("\\bv=((\\d+)\\.(\\d+)\\S*)");
    private static final String ADVICE =
            "install redis-server or valkey-server 6.2 or newer, or use a Redis that already runs";

    /**
     * {@code redis-server} on the PATH, else {@code valkey-server} on the PATH, else the bundled one. A program on the
     * PATH that is too old or does not start is skipped with a warning.
     *
     * @param path directories as in the environment variable PATH
     * @param bundledDirectory where the bundled program is put if it is needed
     * @throws IOException if there is none at all; says what to install
     */
    static RedisExecutable find(String path, Path bundledDirectory) throws IOException {
        Optional<RedisExecutable> installed = onPath(path);
        return installed.isPresent() ? installed.get() : bundled(bundledDirectory);
    }

    static Optional<RedisExecutable> onPath(String path) {
        for (String name : List.of("redis-server", "valkey-server")) {
            for (String directory : path.split(File.pathSeparator)) {
                Path candidate = Path.of(directory, name).toAbsolutePath();
                if (Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
                    try {
                        return Optional.of(at(candidate));
                    } catch (IOException e) {
                        log.warn("Skipping a Redis server: {}", e.getMessage());
                    }
                }
            }
        }
        return Optional.empty();
    }

    /**
     * The program that the library embedded-redis brings for this machine, kept in {@code directory} from then on.
     *
     * @throws IOException if there is none for this machine or it does not start; says what to install
     */
    static RedisExecutable bundled(Path directory) throws IOException {
        try {
            return at(unpack(directory));
        } catch (IOException e) {
            throw new IOException(
                    "No usable redis-server on the PATH, and the bundled one does not work here: " + e.getMessage()
                            + "; " + ADVICE,
                    e);
        } catch (NoClassDefFoundError e) {
            throw new IOException(
                    "No usable redis-server on the PATH, and com.github.codemonstur:embedded-redis, which"
                            + " would bring one, is not on the class path; " + ADVICE,
                    e);
        }
    }

    private static Path unpack(Path directory) throws IOException {
        String resource = ExecutableProvider.newProvidedVersionsMap().get(OsArchitecture.detectOSandArchitecture());
        if (resource == null) {
            throw new IOException(
                    "it has no program for " + System.getProperty("os.name") + " on " + System.getProperty("os.arch"));
        }
        Path target = directory.resolve(resource.substring(1)).toAbsolutePath();
        if (!Files.exists(target)) {
            // The library deletes its files at exit, and may be interrupted while it writes.
            Path temporary = Files.createTempDirectory(directory, "unpack");
            Path unpacked = ExecutableProvider.newJarResourceProvider(temporary.toFile())
                    .get()
                    .toPath();
            Files.setPosixFilePermissions(unpacked, PosixFilePermissions.fromString("rwx------"));
            Files.move(unpacked, target, StandardCopyOption.ATOMIC_MOVE);
            Files.delete(temporary);
        }
        return target;
    }

    /** @throws IOException if the program does not start, is no Redis server or older than 6.2 */
    static RedisExecutable at(Path program) throws IOException {
        String answer = run(program, "--version");
        Matcher version = VERSION.matcher(answer);
        if (!version.find()) {
            throw new IOException(program + " --version answers: " + answer.strip());
        }
        int major = Integer.parseInt(version.group(2));
        int minor = Integer.parseInt(version.group(3));
        if (major < 6 || major == 6 && minor < 2) {
            throw new IOException(program + " is version " + version.group(1) + ", older than 6.2");
        }
        return new RedisExecutable(program, version.group(1));
    }

    int major() {
        return Integer.parseInt(version.substring(0, version.indexOf('.')));
    }

    private static String run(Path program, String argument) throws IOException {
        Process process = new ProcessBuilder(program.toString(), argument)
                .redirectErrorStream(true)
                .start();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                throw new IOException(program + " " + argument + " does not end");
            }
            return new String(process.getInputStream().readNBytes(1000), StandardCharsets.UTF_8);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Interrupted while running " + program);
        } finally {
            process.destroyForcibly();
        }
    }
}
