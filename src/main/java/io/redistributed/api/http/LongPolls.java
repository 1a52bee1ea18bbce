package io.redistributed.api.http;

import io.redistributed.auth.Caller;
import io.redistributed.auth.Usage;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Supplier;

/** Limits the long polls of each caller. */
public final class LongPolls {

    private LongPolls() {}

    /**
     * Runs a long poll, which counts until it completes.
     *
     * @return fails with a {@link ProblemException} (429) if the caller has too many
     */
    public static <T> Future<T> run(RoutingContext routing, Supplier<Future<T>> poll) {
        Caller caller = Gate.caller(routing);
        Usage usage = Usage.of(routing.vertx(), caller);
        if (!usage.startWait(caller.limits())) {
            return Future.failedFuture(new ProblemException(
                    429,
                    "the limit of " + caller.limits().waits() + " long polls of " + caller.name() + " is reached"));
        }
        return Future.succeededFuture().compose(started -> poll.get()).onComplete(done -> usage.endWait());
    }
}
