package io.redistributed.generate.summary;

/** Limits the bytes of one report's distinct values, over all its columns. */
final class Budget {

    private static final long MAX_BYTES = 64 << 20;

    private long free;

    Budget(long bytes) {
        free = bytes;
    }

    /** Returns 64 MiB, or less if reports on all processors would take more than a quarter of the heap. */
    static Budget ofReport() {
        Runtime runtime = Runtime.getRuntime();
        return new Budget(Math.min(MAX_BYTES, runtime.maxMemory() / 4 / runtime.availableProcessors()));
    }

    /** Reserves bytes, or releases them if negative. */
    void take(long bytes) {
        free -= bytes;
    }

    boolean isExceeded() {
        return free < 0;
    }
}
