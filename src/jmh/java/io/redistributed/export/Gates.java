package io.redistributed.export;

import java.util.concurrent.CountDownLatch;

/** Where consumers are held up. */
final class Gates {

    private Gates() {}

    static void await(CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
