package io.redistributed.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import org.junit.jupiter.api.Test;

class PropagationHeadersTest {

    private static final String PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private final MultiMap headers =
            MultiMap.caseInsensitiveMultiMap().add("accept", "a").add("accept", "b");

    @Test
    void headersThatAreNotRepeatedStayAsTheyAre() {
        headers.add("TraceParent", PARENT).add("tracestate", "a=1").add("Baggage", "k=v");
        assertThat(PropagationHeaders.once(headers)).isSameAs(headers);
    }

    @Test
    void severalTraceparentsAreNone() {
        headers.add("traceparent", PARENT).add("Traceparent", PARENT).add("baggage", "k=v");
        assertThat(combined().names()).doesNotContain("traceparent", "Traceparent");
        assertThat(combined().get("baggage")).isEqualTo("k=v");
    }

    @Test
    void listsAreJoinedInTheirOrder() {
        headers.add("traceparent", PARENT)
                .add("tracestate", "b=2,c=3")
                .add("baggage", "k=v;p=1")
                .add("TraceState", "a=1")
                .add("Baggage", "l=w");
        assertThat(combined().get("traceparent")).isEqualTo(PARENT);
        assertThat(combined().get("tracestate")).isEqualTo("b=2,c=3,a=1");
        assertThat(combined().get("baggage")).isEqualTo("k=v;p=1,l=w");
    }

    private MultiMap combined() {
        MultiMap combined = MultiMap.caseInsensitiveMultiMap();
        PropagationHeaders.once(headers).forEach(header -> combined.add(header.getKey(), header.getValue()));
        return combined;
    }
}
