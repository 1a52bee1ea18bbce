package io.redistributed.javaagent;

import io.opentelemetry.context.Scope;

/** A call of listeners under the CONSUMER span, on one thread. */
public final class ListenerCall {

    private final ListenerSpan span;
    private final Scope scope;

    private ListenerCall(ListenerSpan span) {
        this.span = span;
        this.scope = span.makeCurrent();
    }

    /** Begins the call for a message; null if there is none. */
    public static ListenerCall begin(ReceivedMessage message) {
        return message == null ? null : continueIn(message.start());
    }

    /** Begins a call that another thread passed on; null if there is no span. */
    public static ListenerCall continueIn(ListenerSpan span) {
        return span == null ? null : new ListenerCall(span);
    }

    /** Ends the call. */
    public static void end(ListenerCall call, Throwable thrown) {
        if (call != null) {
            call.scope.close();
            call.span.returned(thrown);
        }
    }
}
