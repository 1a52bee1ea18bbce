/**
 * Reports in Redis: who asks for one uses {@link io.redistributed.queue.ReportQueue}, who makes them
 * {@link io.redistributed.queue.WorkerQueue}. Pub/Sub is the fast path to a worker; the record in Redis is the truth, so a
 * lost message costs time, never a report.
 *
 * <p>{@code queued → running → done | failed | cancelled}; the last two can be tried again. Every change from one to the
 * next is one Lua script, among the resources of this package. {@code docs/queue.md} draws the states and lists the keys.
 */
package io.redistributed.queue;
