package io.redistributed.queue;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.redistributed.redis.RedisCommands;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.Optional;

/** Reads the result of a done report from Redis in chunks. Used on the queue's event loop. */
public final class StoredResult {

    /** Size of a chunk. A reader keeps one chunk in memory. */
    public static final int CHUNK_BYTES = 1 << 16;

    private final RedisCommands commands;
    private final String id;
    private final String recordKey;
    private final String resultKey;
    private final List<String> version;
    private final Buffer first;

    private StoredResult(
            RedisCommands commands, String id, String recordKey, String resultKey, List<String> version, Buffer first) {
        this.commands = commands;
        this.id = id;
        this.recordKey = recordKey;
        this.resultKey = resultKey;
        this.version = version;
        this.first = first;
    }

    /** Reads the first chunk; empty if there is no result. Fails with an {@link IllegalArgumentException} if the record is damaged. */
    static Future<Optional<StoredResult>> open(RedisCommands commands, String id, String recordKey, String resultKey) {
        return read(commands, recordKey, resultKey, 0).map(replies -> {
            List<String> version = version(replies.get(0));
            if (version.isEmpty()) {
                return Optional.empty();
            }
            if (version.get(0).chars().anyMatch(Character::isISOControl)) {
                throw new IllegalArgumentException("contentType is not a media type");
            }
            Buffer inline = StoredReport.of(replies.get(0).toBytes()).result();
            Buffer first = inline == null
                    ? replies.get(1).toBuffer()
                    : inline.slice(0, Math.min(CHUNK_BYTES, inline.length()));
            StoredResult result = new StoredResult(commands, id, recordKey, resultKey, version, first);
            return result.isWhole(first, 0) ? Optional.of(result) : Optional.empty();
        });
    }

    /** {@return the media type} */
    public String contentType() {
        return version.get(0);
    }

    /** {@return the size of the result in bytes} */
    public long size() {
        return Long.parseLong(version.get(1));
    }

    /**
     * Reads one chunk of {@value #CHUNK_BYTES} bytes; the last may be shorter. Starts no span, as a long result has
     * hundreds of chunks.
     *
     * @param offset a multiple of {@value #CHUNK_BYTES} below {@link #size}
     * @return the bytes; fails if the result has expired or was replaced
     */
    public Future<Buffer> chunk(long offset) {
        if (offset == 0) {
            return Future.succeededFuture(first);
        }
        try (Scope untraced = Context.root().makeCurrent()) {
            return read(commands, recordKey, resultKey, offset).compose(replies -> {
                Buffer chunk = replies.get(1).toBuffer();
                return version.equals(version(replies.get(0))) && isWhole(chunk, offset)
                        ? Future.succeededFuture(chunk)
                        : Future.failedFuture(new IllegalStateException(
                                "the result of report " + id + " expired or changed while it was read"));
            });
        }
    }

    private boolean isWhole(Buffer chunk, long offset) {
        return chunk.length() == Math.min(CHUNK_BYTES, size() - offset);
    }

    /** Reads the record with each chunk, as the report may have run again after a failover and have another result. */
    private static Future<List<Response>> read(
            RedisCommands commands, String recordKey, String resultKey, long offset) {
        return commands.pipeline(List.of(
                Request.cmd(Command.GET).arg(recordKey),
                Request.cmd(Command.GETRANGE).arg(resultKey).arg(offset).arg(offset + CHUNK_BYTES - 1)));
    }

    /** Returns what identifies a result, from the media type and the size on; nothing if there is none. */
    private static List<String> version(Response record) {
        StoredReport report = record == null ? null : StoredReport.of(record.toBytes());
        return report == null || !report.isDone()
                ? List.of()
                : List.of(
                        report.outcome().textOrEmpty("contentType"),
                        String.valueOf(report.size()),
                        String.valueOf(report.ended()),
                        report.changes().textOrEmpty("worker"));
    }
}
