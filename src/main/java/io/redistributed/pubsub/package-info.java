/**
 * Redis Pub/Sub that carries the trace: {@link io.redistributed.pubsub.TracedPublisher} writes the context of a PRODUCER
 * span in front of the message, {@link io.redistributed.pubsub.TracedSubscriber} reads it and runs the handler under a
 * CONSUMER span. {@link io.redistributed.pubsub.ChannelPolicy} says for which channels, in which format, and how the spans
 * relate. The face of the library, with {@link io.redistributed.context} for users of other clients.
 *
 * <p>Pub/Sub is at-most-once: what is published while a subscriber is away does not reach it.
 */
package io.redistributed.pubsub;
