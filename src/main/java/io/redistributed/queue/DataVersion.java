package io.redistributed.queue;

import io.redistributed.redis.RedisCommands;
import io.redistributed.redis.RedisRefusedException;
import io.redistributed.redis.RedisSettings;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/**
 * The version of what a partition stores: records, leases, registrations of workers, and messages to them. It is the key
 * {@code {rd:N}:version}, which the first node writes. Nodes with another version would damage the data, so they do not
 * start. {@code common.lua} refuses calls if the version changes while nodes run.
 */
final class DataVersion {

    /** Raise it with a change that nodes of the version before do not understand. */
    static final String CURRENT = "2";

    private DataVersion() {}

    /** Fails with an {@link IllegalStateException} if the partition has data of another version. */
    static Future<Void> check(RedisCommands commands, Partition partition, RedisSettings redis) {
        String key = partition.version();
        return write(commands, partition)
                // A user who only reads, and a Redis that takes no writes now, are no reason not to start.
                .recover(cause ->
                        cause instanceof RedisRefusedException ? Future.succeededFuture() : Future.failedFuture(cause))
                .compose(set -> commands.send(Request.cmd(Command.GET).arg(key)))
                .compose(stored -> stored == null || CURRENT.equals(stored.toString())
                        ? Future.succeededFuture()
                        : Future.failedFuture(new IllegalStateException(problem(stored, partition, redis))));
    }

    /** Writes the version unless there is one. */
    static Future<Void> write(RedisCommands commands, Partition partition) {
        return commands.send(Request.cmd(Command.SET)
                        .arg(partition.version())
                        .arg(CURRENT)
                        .arg("NX"))
                .mapEmpty();
    }

    private static String problem(Response stored, Partition partition, RedisSettings redis) {
        return "Partition " + partition.number() + " in Redis at " + redis + " has data of version " + stored
                + ", but this node reads and writes version " + CURRENT
                + "; use a node of that version, or another Redis or database";
    }
}
