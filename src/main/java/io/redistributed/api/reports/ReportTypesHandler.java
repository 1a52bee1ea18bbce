package io.redistributed.api.reports;

import io.redistributed.api.http.Routes;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** Serves {@code /report-types}: the types announced by the cluster's workers. */
public final class ReportTypesHandler {

    private static final String PATH = "/report-types";

    private final ReportTypes types;

    public ReportTypesHandler(ReportTypes types) {
        this.types = types;
    }

    public void mount(Routes routes) {
        routes.get(PATH).respond(this::list);
    }

    private Future<JsonObject> list(RoutingContext routing) {
        return types.list().map(list -> new JsonObject().put("types", list));
    }
}
