/**
 * Traces Redis Pub/Sub with Lettuce, see {@link io.redistributed.pubsub.lettuce.LettuceTracing}. Requires
 * {@code io.lettuce:lettuce-core} 6.6 or newer.
 */
@NullMarked
package io.redistributed.pubsub.lettuce;

import org.jspecify.annotations.NullMarked;
