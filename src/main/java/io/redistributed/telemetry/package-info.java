/**
 * OpenTelemetry for verticles: {@link io.redistributed.telemetry.Telemetry} provides one per service name, because one process may run several services; {@link io.redistributed.telemetry.ServiceTracerFactory}
 * creates the spans of Vert.x itself by the conventions.
 */
package io.redistributed.telemetry;
