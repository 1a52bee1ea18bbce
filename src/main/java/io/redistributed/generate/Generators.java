package io.redistributed.generate;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.shareddata.LocalMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The generators deployed in this process: report type → description. Workers tell the cluster of these types, so that
 * any API node can check a request before it takes it. Safe to use from any thread.
 *
 * <p>A description is {@code {"title": …, "parameters": {JSON Schema draft 2020-12 of the parameters object}}}.
 */
public final class Generators {

    /** Failure code of a reply that another attempt may mend; every other code fails the report for good. */
    public static final int RETRYABLE = 503;

    /** Failure code of a reply that blames the input or the parameters. */
    public static final int INVALID_INPUT = 422;

    private static final String MAP = "io.redistributed.generators";

    private Generators() {}

    /**
     * The event-bus address of a report type. A request is a {@link GenerateRequest}; the reply a
     * {@link GeneratedContent}, or a failure with {@link #RETRYABLE} or {@link #INVALID_INPUT} and a message for people.
     */
    public static String address(String type) {
        return "generate." + type;
    }

    /** The types deployed now, with their descriptions, in the order of their names. */
    public static Map<String, JsonObject> deployed(Vertx vertx) {
        return new TreeMap<>(map(vertx));
    }

    static void add(Vertx vertx, String type, JsonObject description) {
        map(vertx).put(type, description);
    }

    private static LocalMap<String, JsonObject> map(Vertx vertx) {
        return vertx.sharedData().getLocalMap(MAP);
    }
}
