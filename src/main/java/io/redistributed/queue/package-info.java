/**
 * The report queue in Redis. Clients use {@link io.redistributed.queue.ReportQueue}, workers {@link
 * io.redistributed.queue.WorkerQueue}. Pub/Sub delivers reports to workers; the record in Redis is authoritative, so a
 * lost message delays a report but does not lose it.
 *
 * <p>{@code queued → running → done | failed | cancelled}; failed and cancelled reports can be retried. One Lua script
 * makes each transition. {@code docs/queue.md} shows the states and lists the keys.
 */
package io.redistributed.queue;
