package io.redistributed.api;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;

/** {@code /}: what this is and where to go from here; {@code /openapi.yaml}: the description of the whole API. */
final class EntryHandler {

    private static final String DESCRIPTION = "/openapi.yaml";

    private final Buffer description;
    private final JsonObject entry;

    private EntryHandler(Buffer description) {
        this.description = description;
        this.entry = new JsonObject().put("name", "redistributed");
        String version = EntryHandler.class.getPackage().getImplementationVersion();
        if (version != null) {
            entry.put("version", version);
        }
        entry.put(
                "links",
                new JsonObject()
                        .put("reports", ReportsHandler.PATH)
                        .put("description", DESCRIPTION)
                        .put("ready", HealthHandler.READY));
    }

    /** Blocks: reads from the class path. */
    static EntryHandler load() throws IOException {
        try (InputStream in = EntryHandler.class.getResourceAsStream("openapi.yaml")) {
            return new EntryHandler(Buffer.buffer(in.readAllBytes()));
        }
    }

    void mount(Routes routes) {
        routes.get("/").handler(routing -> routing.json(entry));
        routes.get(DESCRIPTION).handler(routing -> routing.response()
                .putHeader("content-type", "application/yaml")
                .end(description)
                .onFailure(routing::fail));
    }
}
