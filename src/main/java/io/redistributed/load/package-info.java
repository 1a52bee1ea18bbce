/**
 * The load tool, {@code java -jar redistributed.jar load}: asks a running service for reports, checks what it answers, and
 * tells how long that took. It knows the service by its HTTP API alone.
 *
 * <p>Work is sent either at times that were fixed before ({@link io.redistributed.load.Schedule}, open loop), or by a number of clients
 * each of which sends when it has its answer (closed loop). What the generator itself adds is measured too
 * ({@link io.redistributed.load.GeneratorHealth}), and where that is too much there is no result.
 */
package io.redistributed.load;
