package io.redistributed.chaos;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * One run of a node's process. Its name is also its spans' service name, so that each span tells which process made it.
 * Safe to use from any thread.
 */
final class Life {

    /** Time before a kill after which all spans have been exported. */
    private static final long WITHIN_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final String node;
    private final String name;
    private final Path journal;
    private final Process process;
    private volatile long killed;
    private volatile boolean wasKilled;

    /** @param journal where it notes what it executes */
    Life(String node, String name, Path journal, Process process) {
        this.node = node;
        this.name = name;
        this.journal = journal;
        this.process = process;
    }

    String node() {
        return node;
    }

    String name() {
        return name;
    }

    Path journal() {
        return journal;
    }

    Process process() {
        return process;
    }

    /** SIGKILL; returns once it is dead. */
    void kill() throws InterruptedException {
        killed = System.nanoTime();
        wasKilled = true;
        process.destroyForcibly().waitFor();
    }

    /** Returns whether spans of that time may have been lost with the process. */
    boolean wasKilledSoonAfter(long nanos) {
        return wasKilled && killed - nanos < WITHIN_NANOS;
    }
}
