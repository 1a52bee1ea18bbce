package io.redistributed.chaos;

import java.io.IOException;
import java.util.Random;

/**
 * One way to break the cluster. Faults of one {@link Partition} come one after the other, those of different partitions also at the
 * same time.
 */
interface Fault {

    /** Whose faults exclude each other. */
    enum Track {
        WORKERS,
        SERVERS
    }

    /** As in the arguments and in the table. */
    String name();

    Track track();

    /** Returns whether it is used by default. */
    default boolean isUsual() {
        return true;
    }

    /** Returns whether the cluster has its target. */
    default boolean suits(Topology topology) {
        return true;
    }

    /**
     * Breaks something, waits and repairs it, between {@link FaultLog#begin} and its close. Blocks.
     *
     * @param random the only source of chance, always asked equally often, so that a seed gives the same sequence again
     */
    void strike(Cluster cluster, Random random, FaultLog log) throws IOException, InterruptedException;
}
