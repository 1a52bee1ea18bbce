package io.redistributed.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

class TraceShapeTest {

    private static final JsonObject ROOT = span("1", null, "SERVER");
    private static final JsonObject PUBLISH = span("2", "1", "PRODUCER");
    private static final JsonObject PROCESS = span("3", "2", "CONSUMER");

    @Test
    void traceThroughRedisIsComplete() {
        assertThat(TraceShape.fault(trace(ROOT, PUBLISH, PROCESS))).isEmpty();
    }

    @Test
    void missingParentIsFault() {
        assertThat(TraceShape.fault(trace(ROOT, PROCESS))).contains("orphan spans: CONSUMER 3");
    }

    @Test
    void severalOrNoRootsAreFault() {
        assertThat(TraceShape.fault(trace(ROOT, PUBLISH, span("3", null, "CONSUMER"))))
                .contains("it has 2 roots");
        assertThat(TraceShape.fault(trace())).contains("it has 0 roots");
    }

    @Test
    void traceThatEndsAtRedisIsFault() {
        assertThat(TraceShape.fault(trace(ROOT, PUBLISH)))
                .contains("no CONSUMER span has a PRODUCER span as its parent");
        assertThat(TraceShape.fault(trace(ROOT, PUBLISH, span("3", "1", "CONSUMER"))))
                .contains("no CONSUMER span has a PRODUCER span as its parent");
    }

    @Test
    void truncatedTraceIsFault() {
        assertThat(TraceShape.fault(trace(ROOT, PUBLISH, PROCESS).put("truncated", 4)))
                .contains("the trace store dropped 4 of its spans");
    }

    private static JsonObject trace(JsonObject... spans) {
        return new JsonObject().put("spans", new JsonArray(List.of(spans)));
    }

    private static JsonObject span(String id, String parent, String kind) {
        return new JsonObject()
                .put("spanId", id)
                .put("parentSpanId", parent)
                .put("name", kind + " " + id)
                .put("kind", kind);
    }
}
