package io.redistributed.cli;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.DateTimeException;
import java.util.List;

/** Reports responses that another product would not send. */
record ForeignSource(TraceSource source, String product) implements TraceSource {

    @Override
    public List<JsonObject> traces(Search search) throws IOException, InterruptedException {
        try {
            return source.traces(search);
        } catch (ClassCastException | NullPointerException | IllegalArgumentException | DateTimeException e) {
            throw unexpected(e);
        }
    }

    @Override
    public JsonObject trace(String traceId) throws IOException, InterruptedException {
        try {
            return source.trace(traceId);
        } catch (ClassCastException | NullPointerException | IllegalArgumentException | DateTimeException e) {
            throw unexpected(e);
        }
    }

    private IOException unexpected(RuntimeException e) {
        return new IOException(
                "the response is not " + product + "'s: " + Printable.of(String.valueOf(e.getMessage())), e);
    }
}
