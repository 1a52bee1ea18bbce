package io.redistributed.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import org.junit.jupiter.api.Test;

class RequestHeadersTest {

    private static final String PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private final RequestHeaders getter = new RequestHeaders();
    private final MultiMap headers =
            MultiMap.caseInsensitiveMultiMap().add("accept", "a").add("accept", "b");

    @Test
    void keepsSingleHeaders() {
        headers.add("TraceParent", PARENT).add("tracestate", "a=1").add("Baggage", "k=v");
        assertThat(getter.get(headers, "traceparent")).isEqualTo(PARENT);
        assertThat(getter.get(headers, "tracestate")).isEqualTo("a=1");
        assertThat(getter.get(headers, "baggage")).isEqualTo("k=v");
        assertThat(getter.get(headers, "b3")).isNull();
    }

    @Test
    void ignoresRepeatedTraceparent() {
        headers.add("traceparent", PARENT).add("Traceparent", PARENT).add("baggage", "k=v");
        assertThat(getter.get(headers, "traceparent")).isNull();
        assertThat(getter.get(headers, "baggage")).isEqualTo("k=v");
    }

    @Test
    void joinsListsInOrder() {
        headers.add("traceparent", PARENT)
                .add("tracestate", "b=2,c=3")
                .add("baggage", "k=v;p=1")
                .add("TraceState", "a=1")
                .add("Baggage", "l=w");
        assertThat(getter.get(headers, "traceparent")).isEqualTo(PARENT);
        assertThat(getter.get(headers, "tracestate")).isEqualTo("b=2,c=3,a=1");
        assertThat(getter.getAll(headers, "baggage")).toIterable().containsExactly("k=v;p=1,l=w");
    }

    @Test
    void firstOfOtherHeadersCounts() {
        assertThat(getter.get(headers, "accept")).isEqualTo("a");
    }
}
