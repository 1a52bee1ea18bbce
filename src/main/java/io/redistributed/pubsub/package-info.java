/**
 * The trace through Redis Pub/Sub, with any client: {@link io.redistributed.pubsub.RedisPubSubTelemetry} writes the context
 * of a PRODUCER span in front of a message, reads it on the other side and makes a CONSUMER span of it.
 * {@link io.redistributed.pubsub.ChannelPolicy} says for which channels, in which format, and how the spans relate. Needs
 * the OpenTelemetry API and SLF4J alone; the packages below it are for one client each, which the program brings.
 */
@NullMarked
package io.redistributed.pubsub;

import org.jspecify.annotations.NullMarked;
