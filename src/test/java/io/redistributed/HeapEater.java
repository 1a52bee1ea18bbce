package io.redistributed;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.ArrayList;
import java.util.List;

/** Exhausts the heap after it has started. Public because it is deployed by name. */
public final class HeapEater extends VerticleBase {

    @Override
    public Future<?> start() {
        vertx.timer(1).onSuccess(fired -> eat());
        return Future.succeededFuture();
    }

    private static void eat() {
        List<long[]> kept = new ArrayList<>();
        while (!kept.contains(null)) {
            kept.add(new long[1 << 17]);
        }
    }
}
