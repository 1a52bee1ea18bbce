package io.redistributed.spring;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;

/** Keeps the current trace of the program's tracer in step with OpenTelemetry's current context. */
interface CurrentTrace {

    /** For a program without Micrometer. */
    CurrentTrace OPEN_TELEMETRY = new CurrentTrace() {
        @Override
        public Scope beforePublish() {
            return Scope.noop();
        }

        @Override
        public Scope enter(Context context) {
            return context.makeCurrent();
        }
    };

    /** Makes what the tracer has current visible in OpenTelemetry's context. */
    Scope beforePublish();

    /** Makes a context current, and its span in the tracer. */
    Scope enter(Context context);
}
