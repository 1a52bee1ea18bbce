package io.redistributed.javaagent.jedis;

import io.redistributed.pubsub.PublishOperation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import redis.clients.jedis.Response;
import redis.clients.jedis.exceptions.JedisDataException;

/** The messages of a pipeline or transaction that Redis has not answered yet. */
public final class PendingPublishes {

    private record Pending(Response<Long> response, PublishOperation operation) {}

    private final List<Pending> pending = new ArrayList<>();

    synchronized void add(Response<Long> response, PublishOperation operation) {
        pending.add(new Pending(response, operation));
    }

    /** Ends all spans: with their answer or, if a transaction was not carried out, with an error. */
    synchronized void end(Throwable thrown) {
        pending.forEach(one -> end(one, thrown));
        pending.clear();
    }

    private static void end(Pending one, Throwable thrown) {
        try {
            one.operation.end(one.response.get());
        } catch (JedisDataException refused) {
            one.operation.fail(refused);
        } catch (RuntimeException unanswered) {
            one.operation.fail(thrown == null ? new CancellationException("the message was not published") : thrown);
        }
    }
}
