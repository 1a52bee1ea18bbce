package io.redistributed.api.traces;

import io.redistributed.api.http.Problems;
import io.redistributed.api.http.RequestBodies;
import io.redistributed.api.http.Routes;
import io.redistributed.export.SpanPipeline;
import io.vertx.core.Vertx;

/** The routes of the trace store: spans in, traces out, and Jaeger's APIs. */
public final class TraceRoutes {

    /** Path of the list of traces. */
    public static final String PATH = TracesHandler.PATH;

    /** Start of the paths of single traces, whose ids follow. */
    public static final String PREFIX = TracesHandler.PREFIX;

    private TraceRoutes() {}

    /** Returns whether one of these routes serves a path. */
    public static boolean serve(String path) {
        return path.equals(PATH)
                || path.startsWith(PREFIX)
                || path.startsWith(JaegerRoutes.PREFIX)
                || path.equals(OtlpHandler.PATH);
    }

    /** @param maxBodyBytes limit of any request body */
    public static void mount(
            Vertx vertx, Routes routes, SpanPipeline spans, Problems problems, RequestBodies bodies, int maxBodyBytes) {
        new OtlpHandler(vertx, spans, problems, bodies, maxBodyBytes).mount(routes);
        new TracesHandler(vertx, spans).mount(routes);
        new JaegerV3Handler(spans.store())
                .mount(new JaegerRoutes(vertx, routes, spans, problems, JaegerV3Handler::error));
        new JaegerV1Handler(spans.store())
                .mount(new JaegerRoutes(vertx, routes, spans, problems, JaegerV1Handler::error));
    }
}
