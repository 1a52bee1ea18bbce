package io.redistributed.cli;

import java.net.http.HttpRequest.BodyPublisher;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;

/** A request body that tells when all of it was sent. */
final class MonitoredBody implements BodyPublisher {

    private final BodyPublisher body;
    private final CompletableFuture<Void> sent = new CompletableFuture<>();

    MonitoredBody(BodyPublisher body) {
        this.body = body;
        // The client does not subscribe to an empty body.
        if (body.contentLength() == 0) {
            sent.complete(null);
        }
    }

    CompletableFuture<Void> sent() {
        return sent;
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
                client.onSubscribe(subscription);
            }

            @Override
            public void onNext(ByteBuffer bytes) {
                client.onNext(bytes);
            }

            @Override
            public void onError(Throwable cause) {
                client.onError(cause);
            }

            @Override
            public void onComplete() {
                sent.complete(null);
                client.onComplete();
            }
        });
    }
}
