/**
 * OpenTelemetry for verticles: {@link io.redistributed.telemetry.Telemetry} gives each its own, by service name, as one
 * process may hold several services that Jaeger is to show apart; {@link io.redistributed.telemetry.ServiceTracerFactory}
 * does the same for the spans that Vert.x makes by itself, and mends them.
 */
package io.redistributed.telemetry;
