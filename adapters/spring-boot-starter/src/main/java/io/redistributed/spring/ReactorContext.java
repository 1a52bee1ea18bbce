package io.redistributed.spring;

import io.micrometer.context.ContextSnapshotFactory;
import io.opentelemetry.context.Scope;
import org.springframework.util.ClassUtils;
import reactor.util.context.ContextView;

/** The trace that Micrometer keeps in Reactor's context, if its library for that is there. */
final class ReactorContext {

    private static final boolean IS_PRESENT =
            ClassUtils.isPresent("io.micrometer.context.ContextSnapshotFactory", ReactorContext.class.getClassLoader());

    private ReactorContext() {}

    /** Makes the trace of a subscriber current on this thread. */
    static Scope enter(ContextView context) {
        return IS_PRESENT && !context.isEmpty() ? Snapshots.enter(context) : Scope.noop();
    }

    /** Loaded only if the library is present. */
    private static final class Snapshots {

        private static final ContextSnapshotFactory FACTORY =
                ContextSnapshotFactory.builder().build();

        private static Scope enter(ContextView context) {
            return FACTORY.setThreadLocalsFrom(context)::close;
        }
    }
}
