/**
 * The load tool, {@code java -jar redistributed.jar load}: puts a running service under load, checks every response and prints
 * latencies. Uses nothing but the HTTP API.
 *
 * <p>An open loop sends on a fixed {@link io.redistributed.load.Schedule}; a closed loop runs clients that each send after
 * the previous response. {@link io.redistributed.load.GeneratorHealth} measures what the generator itself adds; if that is
 * too much, there is no result.
 */
package io.redistributed.load;
