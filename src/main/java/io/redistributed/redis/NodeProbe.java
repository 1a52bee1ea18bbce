package io.redistributed.redis;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Sends commands to single nodes, each time over a new connection. */
final class NodeProbe {

    /** Short, as nodes are asked one after another and some may be down. */
    private static final long LONGEST_MILLIS = 1_000;

    private final Vertx vertx;
    private final RedisSettings settings;
    private final Optional<CredentialFiles> credentials;
    private final Duration timeout;

    /** @param credentials of the nodes; empty for those in the URLs */
    NodeProbe(Vertx vertx, RedisSettings settings, Optional<CredentialFiles> credentials) {
        long third = Math.max(1, settings.connectTimeout().toMillis() / 3);
        this.vertx = vertx;
        this.settings = settings;
        this.credentials = credentials;
        this.timeout = Duration.ofMillis(Math.min(third, LONGEST_MILLIS));
    }

    /** Returns the replies in order. Fails if one is an error or the node does not reply in time. */
    Future<List<Response>> ask(String url, Request... questions) {
        return Credentials.into(url, credentials, vertx)
                .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .compose(with -> askAt(with, questions));
    }

    private Future<List<Response>> askAt(String url, Request... questions) {
        Redis client = Redis.createClient(vertx, ClientOptions.of(url, settings, timeout, timeout));
        return client.connect()
                .map(HiddenFromAgent::connection)
                .compose(connection ->
                        Future.all(Stream.of(questions).map(connection::send).toList()))
                .map(answers -> answers.<Response>list())
                .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .onComplete(answered -> client.close());
    }
}
