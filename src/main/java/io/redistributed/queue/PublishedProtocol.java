package io.redistributed.queue;

import io.redistributed.redis.RedisCommands;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores the scripts and settings that a worker in another language needs in the hash {@code {rd:N}:protocol:1} of the
 * partition, as docs/protocol.md describes it. Used on one event loop.
 */
final class PublishedProtocol {

    /** Version of the message to a worker, of the scripts that workers call, and of this hash. */
    static final int VERSION = 1;

    private static final Logger log = LoggerFactory.getLogger(PublishedProtocol.class);

    private final RedisCommands commands;
    private final QueueScripts scripts;
    private final QueueSettings settings;
    private final Partition partition;
    private final String key;

    PublishedProtocol(RedisCommands commands, Partition partition, QueueSettings settings, QueueScripts scripts) {
        this.commands = commands;
        this.scripts = scripts;
        this.settings = settings;
        this.partition = partition;
        this.key = partition.protocol(VERSION);
    }

    /** Stores the hash. Never fails: Java workers do without it, and {@link #restore} tries again. */
    Future<Void> store() {
        Request request = Request.cmd(Command.HSET)
                .arg(key)
                .arg("partitions")
                .arg(settings.partitions())
                .arg("lease")
                .arg(settings.lease().toMillis())
                .arg("timeout")
                .arg(settings.timeout().toMillis())
                .arg("subscribe")
                .arg(commands.isSharded() ? "SSUBSCRIBE" : "SUBSCRIBE");
        scripts.forWorkers()
                .forEach(script -> request.arg("lua:" + script.name()).arg(script.source()));
        return commands.send(request)
                .onFailure(cause -> log.debug("Cannot store {}: {}", key, cause.getMessage()))
                .transform(stored -> Future.succeededFuture());
    }

    /** Stores the hash, and the version of the data, if Redis has lost them. Never fails. */
    Future<Void> restore() {
        return DataVersion.write(commands, partition)
                .otherwiseEmpty()
                .compose(v -> commands.send(Request.cmd(Command.EXISTS).arg(key)))
                .compose(exists -> exists.toInteger() == 0 ? store() : Future.<Void>succeededFuture())
                .otherwiseEmpty();
    }
}
