package io.redistributed.queue;

import io.vertx.redis.client.Response;

/**
 * Describes a report type that workers have announced, or that reports still wait for.
 *
 * @param description JSON of the latest worker that announced it, unchecked; empty if there is none, or if it exceeds
 *     {@value #MAX_DESCRIPTION_BYTES} bytes
 * @param bytes length of the stored description
 * @param announcer the worker that announced it; empty if unknown
 * @param workers number of live workers with the type
 * @param waiting number of reports that wait for a worker
 */
public record AnnouncedType(String description, int bytes, String announcer, int workers, long waiting) {

    /** Limit of a description, the same as in {@code types.lua}. */
    public static final int MAX_DESCRIPTION_BYTES = 65_536;

    /** @param reply one entry of the reply of {@code types.lua} */
    static AnnouncedType of(Response reply) {
        return new AnnouncedType(
                reply.get(1).toString(),
                reply.get(2).toInteger(),
                reply.get(3).toString(),
                reply.get(4).toInteger(),
                reply.get(5).toLong());
    }
}
