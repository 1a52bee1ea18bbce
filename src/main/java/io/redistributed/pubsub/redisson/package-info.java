/**
 * Traces Redis Pub/Sub with Redisson, see {@link io.redistributed.pubsub.redisson.RedissonTracing}. Requires
 * {@code org.redisson:redisson} 3.52 or newer.
 */
@NullMarked
package io.redistributed.pubsub.redisson;

import org.jspecify.annotations.NullMarked;
