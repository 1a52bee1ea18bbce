package io.redistributed.spring;

import io.opentelemetry.api.OpenTelemetry;

/**
 * Where spans go.
 *
 * @param openTelemetry records them
 * @param currentTrace the program's notion of the current span
 */
record TraceSource(OpenTelemetry openTelemetry, CurrentTrace currentTrace) {

    static TraceSource of(OpenTelemetry openTelemetry) {
        return new TraceSource(openTelemetry, CurrentTrace.OPEN_TELEMETRY);
    }
}
