package io.redistributed.conformance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The worker under test, with whatever processes it starts, in a process group of its own. */
final class WorkerProcess {

    private static final long LONGEST_STOP_SECONDS = 30;

    private final Process process;

    /** @param output where its standard output and standard error go */
    WorkerProcess(List<String> command, Map<String, String> environment, Path output) throws IOException {
        List<String> inOwnGroup = new ArrayList<>(List.of("setsid"));
        inOwnGroup.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(inOwnGroup)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
        builder.environment().putAll(environment);
        process = builder.start();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** SIGSTOP to all of its processes. */
    void freeze() throws Exception {
        signal("STOP", "-" + process.pid());
    }

    /** SIGCONT. */
    void thaw() throws Exception {
        signal("CONT", "-" + process.pid());
    }

    /** SIGTERM to the process that was started, as a supervisor does. */
    void terminate() {
        process.destroy();
    }

    /** SIGKILL to all of its processes. */
    void kill() throws Exception {
        if (isAlive()) {
            signal("KILL", "-" + process.pid());
        }
        exitCode();
    }

    int exitCode() throws Exception {
        if (!process.waitFor(LONGEST_STOP_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("the process has not ended after " + LONGEST_STOP_SECONDS + " s");
        }
        return process.exitValue();
    }

    private static void signal(String name, String target) throws Exception {
        int status = new ProcessBuilder("kill", "-" + name, "--", target)
                .inheritIO()
                .start()
                .waitFor();
        if (status != 0) {
            throw new IllegalStateException("kill -" + name + " " + target + " failed");
        }
    }
}
