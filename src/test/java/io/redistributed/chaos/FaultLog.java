package io.redistributed.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Records which faults were active when, and prints them. Safe to use from any thread. */
final class FaultLog {

    /**
     * One fault, or another cause of a loss; times are by {@link System#nanoTime}.
     *
     * @param target name of the {@link Life} that it struck; empty if all
     * @param partition whose Redis it struck; -1 if all
     * @param announced when another server was said to have taken over; 0 if none did
     */
    record Entry(String fault, String target, int partition, long began, long announced, long mended) {

        boolean concerns(String report) {
            return partition < 0 || report.startsWith(partition + "-");
        }

        boolean isDuring(long from, long to) {
            return began <= to && mended >= from;
        }
    }

    private final long start = System.nanoTime();
    private final List<Entry> entries = new ArrayList<>();
    private final Unreplicated unreplicated = new Unreplicated();

    /** A fault, closed after its repair. */
    final class Open implements AutoCloseable {

        private final Fault fault;
        private final String target;
        private final int partition;
        private final long began = System.nanoTime();
        private long announced;

        private Open(Fault fault, String target, int partition) {
            this.fault = fault;
            this.target = target;
            this.partition = partition;
        }

        /** Records that another server has taken over. */
        void announced() {
            announced = System.nanoTime();
        }

        @Override
        public void close() {
            Entry entry = new Entry(fault.name(), target, partition, began, announced, System.nanoTime());
            synchronized (entries) {
                entries.add(entry);
            }
            System.out.printf(
                    "%7.1f s %-23s %-11s %s%n",
                    seconds(began - start),
                    fault.name(),
                    partition >= 0 ? "partition " + partition : target,
                    (announced == 0 ? "" : String.format("succeeded after %.1f s, ", seconds(announced - began)))
                            + String.format("mended after %.1f s", seconds(entry.mended - began)));
        }
    }

    /** @param target name of a {@link Life}; empty for all */
    Open begin(Fault fault, String target) {
        return new Open(fault, target, -1);
    }

    /** @param partition whose Redis is struck; -1 if all */
    Open begin(Fault fault, int partition) {
        return new Open(fault, "", partition);
    }

    /** Data that Redis has lost by faults. */
    Unreplicated unreplicated() {
        return unreplicated;
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
