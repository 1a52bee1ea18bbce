package io.redistributed.javaagent.spring;

import io.opentelemetry.instrumentation.api.util.VirtualField;
import io.redistributed.javaagent.ListenerCall;
import io.redistributed.javaagent.ListenerSpan;
import org.springframework.data.redis.connection.Message;

/** What the hooks in Spring Data Redis do. */
public final class SpringHooks {

    private static final VirtualField<Message, ListenerSpan> SPANS =
            VirtualField.find(Message.class, ListenerSpan.class);

    private SpringHooks() {}

    /** Keeps the span open while the listeners run, on threads of the container's executor. */
    public static ListenerSpan dispatching(int listeners, Message message) {
        ListenerSpan span = ListenerSpan.current();
        if (span != null) {
            SPANS.set(message, span);
            span.await(listeners);
        }
        return span;
    }

    /** Ends the span of a message that the executor did not take. */
    public static void dispatched(ListenerSpan span, Throwable thrown) {
        if (span != null && thrown != null) {
            span.record(thrown);
            span.end();
        }
    }

    /** Begins the call of one listener. */
    public static ListenerCall listening(Message message) {
        return ListenerCall.continueIn(SPANS.get(message));
    }

    /** Records what a listener threw, which goes to the container's error handler. */
    public static void failed(Throwable failure) {
        ListenerSpan span = ListenerSpan.current();
        if (span != null) {
            span.record(failure);
        }
    }
}
