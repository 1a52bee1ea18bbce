package io.redistributed.redis;

import io.vertx.core.net.NetClientOptions;
import io.vertx.core.tracing.TracingPolicy;
import io.vertx.redis.client.RedisOptions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Options of a Vert.x client for one connection to one node. */
final class ClientOptions {

    /** Commands that may wait for their replies on one connection; Vert.x refuses the next at once. */
    static final int MAX_PIPELINED = 16_384;

    private ClientOptions() {}

    /** @param longestSilence time without a byte from the server after which the connection ends; zero for none */
    static RedisOptions of(String url, Duration connectTimeout, Duration longestSilence) {
        NetClientOptions net = new NetClientOptions()
                .setConnectTimeout((int) connectTimeout.toMillis())
                .setReadIdleTimeout((int) longestSilence.toMillis())
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setHostnameVerificationAlgorithm("HTTPS")
                .setTcpNoDelay(true)
                .setTcpKeepAlive(true);
        return new RedisOptions()
                .setConnectionString(url)
                .setNetClientOptions(net)
                .setMaxPoolSize(1)
                .setMaxPoolWaiting(1)
                .setPoolCleanerInterval(-1)
                .setPoolRecycleTimeout(-1)
                .setMaxWaitingHandlers(MAX_PIPELINED)
                // Our own spans say more: which script, under which service.
                .setTracingPolicy(TracingPolicy.IGNORE);
    }
}
