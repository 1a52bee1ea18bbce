package io.redistributed.queue;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.redistributed.redis.RedisCommands;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.List;

/**
 * A long input on its way to Redis, in chunks, before its report is submitted. What is not submitted within six
 * minutes of its last chunk expires. Used on the event loop of the {@link ReportQueue}.
 */
public final class InputUpload {

    /**
     * Size of a chunk in bytes; the last may be shorter. An input that fits into one is not uploaded. The difference to 512
     * KiB leaves room for Redis' head of a string in the same block of memory.
     */
    public static final int CHUNK_BYTES = (512 << 10) - 64;

    private final Partition partition;
    private final String id;
    private final QueueScripts scripts;
    private final RedisCommands commands;
    private final Duration patience;
    private int chunks;
    private long size;

    InputUpload(Partition partition, Owner owner, QueueScripts scripts, RedisCommands commands, Duration patience) {
        this.partition = partition;
        this.id = partition.newId(owner);
        this.scripts = scripts;
        this.commands = commands;
        this.patience = patience;
    }

    /**
     * Stores the next chunk. Starts no span, as a long input has hundreds of chunks. Retries for some seconds while Redis
     * is unavailable, then fails with a {@link io.redistributed.redis.RedisUnavailableException}.
     */
    public Future<Void> write(Buffer chunk) {
        size += chunk.length();
        try (Scope untraced = Context.root().makeCurrent()) {
            return scripts.runUntilAnswered(QueueScripts.CHUNK, List.of(id, chunks++, chunk), patience)
                    .mapEmpty();
        }
    }

    /** Deletes the chunks of an input that is not submitted. Never fails: what cannot be deleted expires. */
    public Future<Void> discard() {
        try (Scope untraced = Context.root().makeCurrent()) {
            return commands.send(Request.cmd(Command.UNLINK).arg(partition.input(id)))
                    .<Void>mapEmpty()
                    .otherwiseEmpty();
        }
    }

    Partition partition() {
        return partition;
    }

    /** {@return the id of the report to come} */
    String id() {
        return id;
    }

    int chunks() {
        return chunks;
    }

    /** {@return the size in bytes} */
    public long size() {
        return size;
    }
}
