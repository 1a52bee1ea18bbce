package io.redistributed.api.http;

import io.redistributed.vertx.internal.OncePerMinute;
import io.vertx.core.Handler;
import javax.net.ssl.SSLHandshakeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs why a TLS handshake failed, such as a client certificate of another authority. Anyone can cause it, so it logs one in a
 * minute. Thread-safe.
 */
final class HandshakeLog implements Handler<Throwable> {

    private static final Logger log = LoggerFactory.getLogger(HandshakeLog.class);

    private final OncePerMinute logged = new OncePerMinute();

    @Override
    public void handle(Throwable failure) {
        if (failure instanceof SSLHandshakeException && logged.passes()) {
            log.warn("Refused a TLS handshake: {} (others are not logged for a minute)", failure.getMessage());
        }
    }
}
