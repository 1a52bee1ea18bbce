/**
 * {@link io.redistributed.worker.WorkerVerticle}: takes reports from the worker's Redis channels, runs the generators
 * of its process, and writes the outcomes.
 */
package io.redistributed.worker;
