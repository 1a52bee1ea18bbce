package io.redistributed.javaagent;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.SpanKind;
import io.redistributed.testing.ReceivedSpan;
import java.util.List;
import java.util.function.Predicate;

/** The spans that a collector received, as traces. */
final class TraceTree {

    private final List<ReceivedSpan> spans;

    TraceTree(List<ReceivedSpan> spans) {
        this.spans = List.copyOf(spans);
    }

    List<ReceivedSpan> all(Predicate<ReceivedSpan> which) {
        return spans.stream().filter(which).toList();
    }

    /** Asserts that each message that a method published was handled in the method's trace, under a span each. */
    void assertWhole(String program, String method, String channel, int messages) {
        List<ReceivedSpan> roots = all(span -> span.name().equals(program + '.' + method));
        assertThat(roots).as("spans of %s", method).hasSize(1);
        assertThat(roots.get(0).parentSpanId()).as("parent of %s", method).isNullOrEmpty();
        List<ReceivedSpan> published = children(roots.get(0), SpanKind.PRODUCER, "publish " + channel);
        assertThat(published).as("published by %s", method).hasSize(messages);
        for (ReceivedSpan producer : published) {
            assertThat(producer.status()).as("status of %s", method).isEqualTo("UNSET");
            assertThat(producer.attributes()).containsKey("redistributed.receivers");
            List<ReceivedSpan> processed = children(producer, SpanKind.CONSUMER, "process " + channel);
            assertThat(processed).as("processed of %s", method).hasSize(1);
            assertThat(children(processed.get(0), SpanKind.INTERNAL, program + ".handled"))
                    .as("handled of %s", method)
                    .hasSize(1);
        }
    }

    /** Asserts that the agent's span of the command is a child of that of the one message that a method published. */
    void assertCommand(String program, String method) {
        assertThat(published(program, method)).as(method).singleElement().satisfies(producer -> assertThat(
                        all(span -> producer.spanId().equals(span.parentSpanId()) && span.kind() == SpanKind.CLIENT))
                .as("command of %s", method)
                .extracting(ReceivedSpan::name)
                .singleElement()
                .asString()
                .endsWith("PUBLISH"));
    }

    /** The PRODUCER spans in the trace of a method. */
    List<ReceivedSpan> published(String program, String method) {
        ReceivedSpan root =
                all(span -> span.name().equals(program + '.' + method)).get(0);
        return all(span -> span.traceId().equals(root.traceId()) && span.kind() == SpanKind.PRODUCER);
    }

    List<ReceivedSpan> children(ReceivedSpan parent, SpanKind kind, String name) {
        return all(span -> span.traceId().equals(parent.traceId())
                && parent.spanId().equals(span.parentSpanId())
                && span.kind() == kind
                && span.name().equals(name));
    }

    /** The one span of that kind and channel. */
    ReceivedSpan only(SpanKind kind, String channel) {
        List<ReceivedSpan> found = all(
                span -> span.kind() == kind && channel.equals(span.attributes().get("messaging.destination.name")));
        assertThat(found).as("%s %s", kind, channel).hasSize(1);
        return found.get(0);
    }
}
