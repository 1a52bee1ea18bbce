package io.redistributed.cli;

import java.net.http.HttpRequest.BodyPublisher;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;

/**
 * A request body that tells how long the server has been waited for: to take the next part, or to answer. For the publishers of the
 * JDK, which read their source while a part is requested. Thread-safe.
 */
final class MonitoredBody implements BodyPublisher {

    private final BodyPublisher body;
    private int reading;
    private long since = System.nanoTime();

    MonitoredBody(BodyPublisher body) {
        this.body = body;
    }

    /** Returns 0 while the source is read. */
    synchronized long waitingNanos() {
        return reading > 0 ? 0 : System.nanoTime() - since;
    }

    private synchronized void reading(int change) {
        reading += change;
        since = System.nanoTime();
    }

    @Override
    public long contentLength() {
        return body.contentLength();
    }

    @Override
    public void subscribe(Subscriber<? super ByteBuffer> client) {
        body.subscribe(new Subscriber<ByteBuffer>() {
            @Override
            public void onSubscribe(Subscription subscription) {
                client.onSubscribe(monitored(subscription));
            }

            @Override
            public void onNext(ByteBuffer part) {
                client.onNext(part);
            }

            @Override
            public void onError(Throwable cause) {
                client.onError(cause);
            }

            @Override
            public void onComplete() {
                client.onComplete();
            }
        });
    }

    private Subscription monitored(Subscription subscription) {
        return new Subscription() {
            @Override
            public void request(long parts) {
                reading(1);
                try {
                    subscription.request(parts);
                } finally {
                    reading(-1);
                }
            }

            @Override
            public void cancel() {
                subscription.cancel();
            }
        };
    }
}
