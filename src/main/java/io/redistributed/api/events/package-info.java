/**
 * Server-sent events: {@link io.redistributed.api.events.EventTopic} polls once for all its streams and sends what changed.
 */
package io.redistributed.api.events;
