package io.redistributed.api.http;

import io.vertx.core.Handler;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLHandshakeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs why a TLS handshake failed, such as a client certificate of another authority. Anyone can cause it, so it logs one in a
 * minute. Thread-safe.
 */
final class HandshakeLog implements Handler<Throwable> {

    private static final Logger log = LoggerFactory.getLogger(HandshakeLog.class);
    private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final AtomicLong next = new AtomicLong(System.nanoTime());

    @Override
    public void handle(Throwable failure) {
        long now = System.nanoTime();
        long due = next.get();
        if (failure instanceof SSLHandshakeException && now - due >= 0 && next.compareAndSet(due, now + PAUSE_NANOS)) {
            log.warn("Refused a TLS handshake: {} (others are not logged for a minute)", failure.getMessage());
        }
    }
}
