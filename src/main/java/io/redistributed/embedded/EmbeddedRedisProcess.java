package io.redistributed.embedded;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a Redis server that ends with this JVM. A shell between the two holds the reading end of a pipe: the pipe closes
 * when the JVM closes it or dies, and the shell then ends Redis. If Redis ends first, so does the shell, which the JVM
 * notices.
 */
final class EmbeddedRedisProcess implements Closeable {

    /** Time for an orderly shutdown before Redis is killed. */
    static final int GRACE_SECONDS = 5;

    private static final Logger log = LoggerFactory.getLogger(EmbeddedRedisProcess.class);
    private static final Path SHELL = Path.of("/bin/sh");

    /** $1 is the program, $2 its configuration file, $3 the seconds of grace. */
    private static final String SCRIPT = """
            # A Ctrl-C in the terminal is for the JVM; it decides when Redis ends.
            trap '' INT QUIT TERM HUP
            # What Redis writes is for this user only.
            umask 077
            exec 3<&0 </dev/null
            # Redis would end at a Ctrl-C, so it gets a process group of its own: by setsid on Linux, whose sh may
            # refuse job control when there is no terminal; by job control elsewhere.
            if command -v setsid >/dev/null; then
                setsid "$1" "$2" 3<&- &
            else
                set -m
                "$1" "$2" 3<&- &
                set +m
            fi
            redis=$!
            (
                read -r _ <&3
                kill -TERM "$redis"
                i=0
                while [ "$i" -lt "$3" ] && kill -0 "$redis"; do sleep 1; i=$((i + 1)); done
                kill -KILL "$redis"
            ) 2>/dev/null &
            watcher=$!
            exec 3<&-
            wait "$redis"
            status=$?
            kill -KILL "$watcher"
            exit "$status"
            """;

    private final Process shell;

    private EmbeddedRedisProcess(Process shell) {
        this.shell = shell;
    }

    /** @throws IOException if this machine has no shell, as Windows has none */
    static void requireShell() throws IOException {
        if (!Files.isExecutable(SHELL)) {
            throw new IOException(
                    "The embedded Redis needs " + SHELL + ", which is not here; use a Redis that already runs");
        }
    }

    /** @param log an empty file that takes all that Redis and the shell print */
    static EmbeddedRedisProcess start(Path program, Path configFile, Path log) throws IOException {
        return new EmbeddedRedisProcess(new ProcessBuilder(
                        SHELL.toString(),
                        "-c",
                        SCRIPT,
                        "embedded-redis",
                        program.toString(),
                        configFile.toString(),
                        Integer.toString(GRACE_SECONDS))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start());
    }

    /**
     * Ends a leftover server of a JVM that was killed together with its shell. A process matches only if the pid file
     * names it and it was started with the configuration file. Blocks.
     *
     * @throws IOException if it does not end
     */
    static void endLeftover(Path pidFile, Path configFile) throws IOException {
        String pid = Files.exists(pidFile) ? Files.readString(pidFile).strip() : "";
        if (!pid.matches("\\d{1,18}")) {
            return;
        }
        ProcessHandle leftover = ProcessHandle.of(Long.parseLong(pid)).orElse(null);
        if (leftover == null || !runsWith(configFile, leftover)) {
            return;
        }
        log.warn("Ending the Redis server {} that was left over with {}", pid, configFile);
        leftover.destroy();
        if (!endsInTime(configFile, leftover)) {
            leftover.destroyForcibly();
            if (!endsInTime(configFile, leftover)) {
                throw new IOException("The Redis server " + pid + ", left over with " + configFile + ", does not end");
            }
        }
    }

    /**
     * Waits until Redis has loaded its data and accepts the password. Blocks.
     *
     * @throws IOException if it ends before or does not answer in time
     */
    void awaitAnswer(int port, String password, Duration timeout) throws IOException {
        long deadline = System.nanoTime() + timeout.toNanos();
        try {
            while (!answers(port, password)) {
                if (shell.waitFor(20, MILLISECONDS)) {
                    throw new IOException("ended with status " + shell.exitValue() + " instead of starting");
                }
                if (System.nanoTime() > deadline) {
                    throw new IOException("does not answer within " + timeout.toSeconds() + " s");
                }
            }
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    /** Completes with the exit status once Redis has ended. */
    CompletableFuture<Integer> onExit() {
        return shell.onExit().thenApply(Process::exitValue);
    }

    /** Ends Redis, gracefully if possible. Blocks; if interrupted, returns at once and the shell ends Redis. */
    @Override
    public void close() {
        try {
            shell.getOutputStream().close();
            if (!shell.waitFor(GRACE_SECONDS + 5, SECONDS)) {
                log.warn("The shell {} did not end Redis, killing both", shell.pid());
                shell.descendants().forEach(ProcessHandle::destroyForcibly);
                shell.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A server that is loading its data accepts the password and answers -LOADING to PING. */
    private static boolean answers(int port, String password) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 1_000);
            socket.setSoTimeout(1_000);
            socket.getOutputStream().write(("AUTH " + password + "\r\nPING\r\n").getBytes(US_ASCII));
            byte[] ready = "+OK\r\n+PONG\r\n".getBytes(US_ASCII);
            return Arrays.equals(ready, socket.getInputStream().readNBytes(ready.length));
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Returns false for a zombie too, which remains in containers without an init process. */
    private static boolean runsWith(Path configFile, ProcessHandle process) {
        return Arrays.asList(process.info().arguments().orElse(new String[0])).contains(configFile.toString());
    }

    private static boolean endsInTime(Path configFile, ProcessHandle process) throws IOException {
        long deadline = System.nanoTime() + SECONDS.toNanos(GRACE_SECONDS);
        try {
            while (runsWith(configFile, process)) {
                if (System.nanoTime() > deadline) {
                    return false;
                }
                MILLISECONDS.sleep(20);
            }
            return true;
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private static InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("was interrupted");
    }
}
