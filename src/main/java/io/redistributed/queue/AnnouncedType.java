package io.redistributed.queue;

import io.vertx.redis.client.Response;

/**
 * A report type as it stands in Redis: announced by workers, or still waited for by reports although no worker has it any
 * more.
 *
 * @param description JSON as the latest worker announced it, unchecked; empty if there is none, or if it has more than
 *     {@value #MAX_DESCRIPTION_BYTES} bytes
 * @param bytes length of the description that is stored
 * @param announcer the worker that announced it; empty if unknown
 * @param workers how many live workers have the type
 * @param waiting reports that wait for one of them
 */
public record AnnouncedType(String description, int bytes, String announcer, int workers, long waiting) {

    /** As in {@code types.lua}. */
    public static final int MAX_DESCRIPTION_BYTES = 65_536;

    /** @param reply as {@code types.lua} gives it */
    static AnnouncedType of(Response reply) {
        return new AnnouncedType(
                reply.get(1).toString(),
                reply.get(2).toInteger(),
                reply.get(3).toString(),
                reply.get(4).toInteger(),
                reply.get(5).toLong());
    }
}
