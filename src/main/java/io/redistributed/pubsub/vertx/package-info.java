/**
 * Traced Redis Pub/Sub on the Vert.x Redis client: {@link io.redistributed.pubsub.vertx.TracedPublisher} and
 * {@link io.redistributed.pubsub.vertx.TracedSubscriber}, each with a connection that reconnects.
 *
 * <p>Pub/Sub is at-most-once: messages published while a subscriber is disconnected do not reach it.
 */
@NullMarked
package io.redistributed.pubsub.vertx;

import org.jspecify.annotations.NullMarked;
