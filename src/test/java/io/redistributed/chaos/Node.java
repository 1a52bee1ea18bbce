package io.redistributed.chaos;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A host of the cluster: one process of the service, which can be killed, frozen, stopped and started again, and its own
 * network to Redis. Its methods block until what they say holds; not for several threads at once.
 */
final class Node {

    private static final long START_SECONDS = 240;
    private static final long STOP_SECONDS = 60;
    private static final long RESTART_PAUSE_MILLIS = 500;

    private final String name;
    private final int port;
    private final Network network;
    private final Path folder;
    private List<String> command;
    private final Consumer<Life> born;

    private volatile Life life;
    private int lives;

    /**
     * @param port of its HTTP server; 0 if it has none
     * @param command command of the service without its configuration file, {@code <name>.yaml} in the folder
     * @param born called with every new process
     */
    Node(String name, int port, Network network, Path folder, List<String> command, Consumer<Life> born) {
        this.name = name;
        this.port = port;
        this.network = network;
        this.folder = folder;
        this.command = command;
        this.born = born;
    }

    String name() {
        return name;
    }

    /** Of its HTTP server. */
    String url() {
        return "http://" + network.address() + ":" + port;
    }

    Network network() {
        return network;
    }

    /** The process there is, or was last. */
    Life life() {
        return life;
    }

    /** Starts with another command from now on. */
    void use(List<String> other) {
        command = other;
    }

    /** Returns once it is ready. As a service manager would, tries again while it ends by itself, Redis being away. */
    void start() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (!launch(deadline)) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(life.name() + " does not start, see its log in " + folder);
            }
            Thread.sleep(RESTART_PAUSE_MILLIS);
        }
    }

    private boolean launch(long deadline) throws IOException, InterruptedException {
        String lifeName = name + "." + ++lives;
        Path log = folder.resolve(lifeName + ".log");
        Path journal = folder.resolve(lifeName + ".executions");
        List<String> full = new ArrayList<>(network.launcher());
        full.addAll(command);
        full.add("-conf");
        full.add(folder.resolve(name + ".yaml").toString());
        ProcessBuilder builder =
                new ProcessBuilder(full).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(variable -> variable.startsWith("OTEL_"));
        builder.environment().put("OTEL_SERVICE_NAME", lifeName);
        builder.environment().put(ExecutionJournal.VARIABLE, journal.toString());
        life = new Life(name, lifeName, journal, builder.start());
        born.accept(life);
        while (life.process().isAlive() && System.nanoTime() < deadline) {
            if (Files.readString(log).contains("is ready after")) {
                return true;
            }
            Thread.sleep(50);
        }
        life.process().destroyForcibly();
        return false;
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        life.kill();
    }

    /**
     * SIGTERM.
     *
     * @return whether it ended in time; if not, it was killed
     */
    boolean stop() throws InterruptedException {
        life.process().destroy();
        boolean inTime = life.process().waitFor(STOP_SECONDS, TimeUnit.SECONDS);
        if (!inTime) {
            life.kill();
        }
        return inTime;
    }

    /** SIGSTOP. */
    void pause() throws IOException, InterruptedException {
        signal("STOP");
    }

    /** SIGCONT. */
    void resume() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        int status = new ProcessBuilder(
                        "kill", "-" + signal, String.valueOf(life.process().pid()))
                .redirectOutput(new File("/dev/null"))
                .redirectErrorStream(true)
                .start()
                .waitFor();
        if (status != 0) {
            throw new IllegalStateException("kill -" + signal + " of " + life.name() + " failed");
        }
    }
}
