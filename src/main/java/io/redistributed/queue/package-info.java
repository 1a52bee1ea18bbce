/**
 * Reports in Redis: who asks for one uses {@link io.redistributed.queue.ReportQueue}, who makes them
 * {@link io.redistributed.queue.WorkerQueue}. Pub/Sub is the fast path to a worker; the record in Redis is the truth, so a
 * lost message costs time, never a report.
 *
 * <p>{@code queued → running → done | failed | cancelled}; the last two can be tried again. Every change from one to the
 * next is one Lua script, among the resources of this package; {@code lane.lua} holds what they share. A stored report is
 * in exactly one of these places:
 *
 * <pre>
 * waiting   in the zset {rd:0}:waiting:&lt;type&gt;      no worker of its type has a free slot
 * delayed   in the zset {rd:0}:delayed             an attempt has failed, the next one is due at its score
 * leased    in the zset {rd:0}:leases              an attempt is made, and counts as lost at its score, in
 *           and the set {rd:0}:held:&lt;worker&gt;    ms since the epoch by the clock of Redis
 * ended     in the list {rd:0}:endings, state      removed after the retention, or before, the oldest first,
 *           done, failed or cancelled              if too much is stored
 * </pre>
 *
 * All keys, of the first lane; another has its number in the place of 0, and nothing in common with this one:
 *
 * <pre>
 * {rd:0}:report:&lt;id&gt;    hash: state, type, message, header, trace, timeout, priority, attempt, worker, created, started,
 *                      ended, cancelled (when that was asked for while it ran), progress, previous, failures,
 *                      crashes, undelivered, error, error:&lt;attempt&gt;, contentType, size; times in ms, created in µs
 * {rd:0}:input:&lt;id&gt;     bytes; deleted when the report is done
 * {rd:0}:result:&lt;id&gt;    bytes
 * {rd:0}:waiting        set: types for which reports wait
 * {rd:0}:waiting:&lt;type&gt; zset: id → created, less an hour for each level of priority, µs
 * {rd:0}:workers:&lt;type set&gt;
 *                      zset: worker → free slots; a type set is the names of a worker's types in order, with commas between
 * {rd:0}:sets           hash: worker → its type set
 * {rd:0}:typesets       zset: type set → last beat of a worker that has it
 * {rd:0}:routes         hash: type → the type sets that have it, with blanks between
 * {rd:0}:slots          hash: worker → slots that it offers
 * {rd:0}:sequence       hash: worker → number of the latest message to it
 * {rd:0}:held:&lt;worker&gt;  set of ids: what it has or was sent
 * {rd:0}:beats          zset: worker → last beat
 * {rd:0}:info           hash: worker → what it says of itself, JSON
 * {rd:0}:leases         zset: id → when its lease ends
 * {rd:0}:delayed        zset: id → when the next attempt is due
 * {rd:0}:recent         zset: id → created, µs, each its own; those created within the retention
 * {rd:0}:endings        list: when it ended and id, in that order
 * {rd:0}:bytes          the sum of all reports' bytes
 * {rd:0}:idempotency:&lt;SHA-256 of the key, and :&lt;index&gt; from the second report of a batch on&gt;
 *                      hash: id, fingerprint of the request; removed after the retention
 * {rd:0}:types          hash: report type → its description, JSON, as the latest worker announced it
 * {rd:0}:announcers     hash: report type → that worker
 * {rd:0}:reaped         when the lane was last reaped
 * {rd:0}:grace          until when expired leases are left alone, after an outage
 * </pre>
 *
 * Channels: {@code {rd:0}:worker:<worker>} brings a worker its reports; {@code {rd:0}:control:<worker>} hints that one of
 * them was cancelled, {@code <id>#<attempt>}; {@code {rd:0}:ended:<id>} tells that a report has ended, to those who wait for
 * it.
 */
package io.redistributed.queue;
