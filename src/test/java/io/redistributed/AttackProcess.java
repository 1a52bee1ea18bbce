package io.redistributed;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * {@link Attackers} as a process with the lowest priority. It uses only the CPU time that the service and its Redis leave, as if
 * on other machines. It has a session of its own: Linux (autogroup) compares priorities within a session only and shares the
 * CPU equally between sessions, of which Redis has another than the service.
 */
final class AttackProcess implements AutoCloseable {

    private final Process process;
    private final BufferedReader out;

    /** Starts it, and waits until it is ready. */
    AttackProcess(Attack attack, AbuseTarget target, int seconds) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        process = new ProcessBuilder(
                        "nice",
                        "-n",
                        "19",
                        "setsid",
                        "sh",
                        "-c",
                        "[ ! -e /proc/self/autogroup ] || echo 19 >/proc/self/autogroup; exec \"$@\"",
                        "sh",
                        java,
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Attackers.class.getName(),
                        attack.name(),
                        String.valueOf(target.port),
                        String.valueOf(target.http2Port),
                        String.valueOf(seconds),
                        target.redisConfig.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        out = process.inputReader();
        line();
    }

    /** Lets it attack, and waits for its end. */
    JsonObject run() throws IOException {
        try (OutputStream in = process.getOutputStream()) {
            in.write('\n');
        }
        return new JsonObject(line());
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            throw new IllegalStateException("The attackers do not end");
        }
    }

    private String line() throws IOException {
        String line = out.readLine();
        if (line == null) {
            throw new IOException("The attackers ended early");
        }
        return line;
    }
}
