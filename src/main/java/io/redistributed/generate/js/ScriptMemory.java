package io.redistributed.generate.js;

import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.runtime.alloc.MemAllocStrategy;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the memory of one engine. An engine has at most 256 MiB, or an eighth of the heap; all engines of the process together have a quarter of the heap. Growth doubles, and copies.
 */
final class ScriptMemory implements MemAllocStrategy {

    /** Thrown when the engines of the process have too much together. */
    static final class ExhaustedException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private ExhaustedException() {
            super("the scripts that run now use " + MAX_TOTAL / MIB + " MiB together, which is the limit");
        }
    }

    static final int MIB = 1 << 20;

    /** The most that one engine may have, in pages of 64 KiB. */
    static final int MAX_PAGES =
            (int) (Math.min(256L * MIB, Runtime.getRuntime().maxMemory() / 8) / Memory.PAGE_SIZE);

    private static final long MAX_TOTAL = Runtime.getRuntime().maxMemory() / 4;

    private static final AtomicLong total = new AtomicLong();

    private long own;

    @Override
    public int initial(int bytes) {
        resize(bytes);
        return bytes;
    }

    @Override
    public int next(int bytes, int needed) {
        int next = (int) Math.max(needed, Math.min(2L * bytes, (long) MAX_PAGES * Memory.PAGE_SIZE));
        resize(next);
        return next;
    }

    void release() {
        total.addAndGet(-own);
        own = 0;
    }

    private void resize(long bytes) {
        if (total.addAndGet(bytes - own) > MAX_TOTAL) {
            total.addAndGet(own - bytes);
            throw new ExhaustedException();
        }
        own = bytes;
    }
}
