package io.redistributed.api;

import io.redistributed.api.http.Routes;
import io.redistributed.api.reports.ReportsHandler;
import io.redistributed.api.traces.TraceRoutes;
import io.redistributed.system.Version;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;

/** Serves {@code /}, as the HTML page or as JSON with links, and {@code /openapi.yaml}. */
final class EntryHandler {

    private static final String DESCRIPTION = "/openapi.yaml";

    private final Buffer description;
    private final PageHandler page;
    private final JsonObject entry;

    private EntryHandler(Buffer description, PageFiles files, JsonObject links) {
        this.description = description;
        this.page = new PageHandler(files);
        this.entry = new JsonObject().put("name", "redistributed");
        Version.get().ifPresent(version -> entry.put("version", version));
        entry.put("links", links);
    }

    /**
     * Blocks: reads from the class path.
     *
     * @param jaeger URL of the Jaeger UI, or null
     */
    static EntryHandler load(String jaeger) throws IOException {
        JsonObject links = new JsonObject()
                .put("reports", ReportsHandler.PATH)
                .put("traces", TraceRoutes.PATH)
                .put("description", DESCRIPTION)
                .put("ready", HealthHandler.READY);
        if (jaeger != null) {
            links.put("jaeger", jaeger);
        }
        return load(links);
    }

    /** Returns the entry of a node without reports. Blocks: reads from the class path. */
    static EntryHandler loadViewer() throws IOException {
        return load(new JsonObject().put("traces", TraceRoutes.PATH).put("description", DESCRIPTION));
    }

    private static EntryHandler load(JsonObject links) throws IOException {
        try (InputStream in = EntryHandler.class.getResourceAsStream("openapi.yaml")) {
            return new EntryHandler(Buffer.buffer(in.readAllBytes()), PageFiles.load(), links);
        }
    }

    void mount(Routes routes) {
        routes.get("/").handler(routing -> {
            if (PageHandler.isWanted(routing.request().headers())) {
                page.entry(routing);
            } else {
                routing.response().putHeader("vary", "accept, accept-encoding");
                routing.json(entry);
            }
        });
        page.mount(routes);
        routes.get(DESCRIPTION).handler(routing -> routing.response()
                .putHeader("content-type", "application/yaml")
                .end(description)
                .onFailure(routing::fail));
    }
}
