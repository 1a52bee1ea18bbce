/**
 * The chaos suite: a cluster of real processes under a steady load of reports with known answers, struck by faults, and then
 * judged by what Redis, the clients, the workers and the collector have to say. {@link io.redistributed.chaos.Chaos} runs
 * it, {@code scripts/chaos.sh} for as long as one likes. To break something else, add a
 * {@link io.redistributed.chaos.Fault} to {@link io.redistributed.chaos.Faults}.
 */
package io.redistributed.chaos;
