/**
 * The chaos suite: a cluster of real processes under a steady load of reports with known answers, disturbed by faults,
 * and then checked against the records of Redis, the clients, the workers and the collector.
 * {@link io.redistributed.chaos.Chaos} runs it, {@code scripts/chaos.sh} for any time. For another fault, add a
 * {@link io.redistributed.chaos.Fault} to {@link io.redistributed.chaos.Faults}.
 */
package io.redistributed.chaos;
