/**
 * Redis Pub/Sub that carries the trace, on the Vert.x Redis client:
 * {@link io.redistributed.pubsub.vertx.TracedPublisher} and {@link io.redistributed.pubsub.vertx.TracedSubscriber}, with
 * connections of their own that come back by themselves.
 *
 * <p>Pub/Sub is at-most-once: what is published while a subscriber is away does not reach it.
 */
@NullMarked
package io.redistributed.pubsub.vertx;

import org.jspecify.annotations.NullMarked;
