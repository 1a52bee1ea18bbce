package io.redistributed.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What was broken when; told on standard output too. Safe to use from any thread. */
final class FaultLog {

    /**
     * One fault, or what else explains a loss; times are by {@link System#nanoTime}.
     *
     * @param target name of the {@link Life} that it struck; empty if all
     */
    record Entry(String fault, String target, long began, long mended) {

        boolean isDuring(long from, long to) {
            return began <= to && mended >= from;
        }
    }

    private final long start = System.nanoTime();
    private final List<Entry> entries = new ArrayList<>();

    /** A fault that is to be closed once it is mended. */
    final class Open implements AutoCloseable {

        private final Fault fault;
        private final String target;
        private final long began = System.nanoTime();

        private Open(Fault fault, String target) {
            this.fault = fault;
            this.target = target;
        }

        @Override
        public void close() {
            Entry entry = new Entry(fault.name(), target, began, System.nanoTime());
            synchronized (entries) {
                entries.add(entry);
            }
            System.out.printf(
                    "%7.1f s %-14s %-11s mended after %.1f s%n",
                    seconds(began - start), fault.name(), target, seconds(entry.mended - began));
        }
    }

    /** @param target name of a {@link Life}; empty for all */
    Open begin(Fault fault, String target) {
        return new Open(fault, target);
    }

    List<Entry> entries() {
        synchronized (entries) {
            return List.copyOf(entries);
        }
    }

    static double seconds(long nanos) {
        return nanos / (double) TimeUnit.SECONDS.toNanos(1);
    }
}
