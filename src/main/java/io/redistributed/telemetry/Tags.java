package io.redistributed.telemetry;

import io.vertx.core.spi.tracing.TagExtractor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Tags of our own in place of those that Vert.x would read from a request or response. */
final class Tags<R> implements TagExtractor<R> {

    private final List<Map.Entry<String, String>> texts = new ArrayList<>(10);

    /** @param value left out if null */
    Tags<R> with(String name, String value) {
        if (value != null) {
            texts.add(Map.entry(name, value));
        }
        return this;
    }

    @Override
    public int len(R ignored) {
        return texts.size();
    }

    @Override
    public String name(R ignored, int index) {
        return texts.get(index).getKey();
    }

    @Override
    public String value(R ignored, int index) {
        return texts.get(index).getValue();
    }
}
