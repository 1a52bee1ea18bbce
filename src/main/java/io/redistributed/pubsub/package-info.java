/**
 * Traces Redis Pub/Sub with any client: {@link io.redistributed.pubsub.RedisPubSubTelemetry} prepends the context of a
 * PRODUCER span to a message, reads it on the subscriber and starts a CONSUMER span.
 * {@link io.redistributed.pubsub.ChannelPolicy} selects channels, format and the relation of the spans. Requires only
 * the OpenTelemetry API and SLF4J. Each subpackage supports one client, a dependency of the program.
 */
@NullMarked
package io.redistributed.pubsub;

import org.jspecify.annotations.NullMarked;
