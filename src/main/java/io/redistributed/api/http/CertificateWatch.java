package io.redistributed.api.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.ServerSSLOptions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the TLS files of a server again every {@value #PERIOD_SECONDS} s. New connections get the new certificates. If these
 * are not usable, for example half written, the server keeps those it has. Used on one event loop.
 */
final class CertificateWatch {

    private static final Logger log = LoggerFactory.getLogger(CertificateWatch.class);

    private static final int PERIOD_SECONDS = 10;

    private final Vertx vertx;
    private final ServerTls tls;
    private final HttpServer server;
    private final ServerSSLOptions options;
    private List<Buffer> current;

    /**
     * @param options of the server, of which the files are replaced
     * @param current contents of the files that the server uses
     */
    CertificateWatch(Vertx vertx, ServerTls tls, HttpServer server, ServerSSLOptions options, List<Buffer> current) {
        this.vertx = vertx;
        this.tls = tls;
        this.server = server;
        this.options = options;
        this.current = current;
    }

    void start() {
        vertx.setPeriodic(TimeUnit.SECONDS.toMillis(PERIOD_SECONDS), due -> check());
    }

    Future<Void> check() {
        return vertx.executeBlocking(() -> tls.read(vertx), false)
                .compose(read -> read.equals(current) ? Future.succeededFuture() : use(read))
                .recover(cause -> {
                    log.warn("Keeping the certificates in use: {}", cause.getMessage());
                    return Future.succeededFuture();
                });
    }

    private Future<Void> use(List<Buffer> read) {
        ServerSSLOptions changed = options.copy();
        ServerTls.configure(changed, read);
        return server.updateSSLOptions(changed, true).map(updated -> {
            current = read;
            log.info("Using the certificate that is now in {}", tls.certificate());
            return null;
        });
    }
}
