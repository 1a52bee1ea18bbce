/**
 * {@link io.redistributed.worker.WorkerVerticle}: takes reports from its own Redis channel, has the generators of its
 * process make them, and writes the outcomes back.
 */
package io.redistributed.worker;
