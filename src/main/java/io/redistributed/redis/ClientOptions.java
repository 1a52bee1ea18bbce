package io.redistributed.redis;

import io.vertx.core.net.NetClientOptions;
import io.vertx.core.tracing.TracingPolicy;
import io.vertx.redis.client.ProtocolVersion;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.RedisRole;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Builds the options of a Vert.x client for one connection to one node. */
final class ClientOptions {

    /** Room for pings and subscriptions, which the limit on commands does not count. */
    private static final int OUR_OWN_COMMANDS = 1_024;

    private ClientOptions() {}

    /**
     * @param url with the credentials, if any
     * @param longestSilence time without a byte from the server after which the connection closes; zero for no limit
     */
    static RedisOptions of(String url, RedisSettings settings, Duration connectTimeout, Duration longestSilence) {
        RedisOptions options = settings.clientOptions().orElseGet(() -> new RedisOptions()
                .setNetClientOptions(new NetClientOptions()
                        .setHostnameVerificationAlgorithm("HTTPS")
                        .setTcpNoDelay(true)
                        .setTcpKeepAlive(true)));
        options.getNetClientOptions()
                .setConnectTimeout((int) connectTimeout.toMillis())
                // A call that was given up would else be in the kernel's buffer, and reach Redis after its repetition.
                .setSoLinger(0)
                .setReadIdleTimeout((int) longestSilence.toMillis())
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
        settings.tls().ifPresent(files -> files.configure(options.getNetClientOptions()));
        return options.setType(RedisClientType.STANDALONE)
                .setRole(RedisRole.MASTER)
                .setEndpoints(new ArrayList<>(List.of(RedisUrl.parse(url).text())))
                .setMaxPoolSize(1)
                .setMaxPoolWaiting(1)
                .setPoolCleanerInterval(-1)
                .setPoolRecycleTimeout(-1)
                .setMaxWaitingHandlers(Math.addExact(settings.maxWaitingCommands(), OUR_OWN_COMMANDS))
                // With RESP2, replies and messages of a subscribed connection are indistinguishable.
                .setProtocolNegotiation(true)
                .setPreferredProtocolVersion(ProtocolVersion.RESP3)
                // CommandTelemetry's spans also name the script and the service.
                .setTracingPolicy(TracingPolicy.IGNORE);
    }
}
