/**
 * Traces Redis Pub/Sub with Jedis, see {@link io.redistributed.pubsub.jedis.JedisTracing}. Requires
 * {@code redis.clients:jedis} 6.0 or newer.
 */
@NullMarked
package io.redistributed.pubsub.jedis;

import org.jspecify.annotations.NullMarked;
