package io.redistributed.api;

import io.redistributed.api.http.Gate;
import io.redistributed.api.http.ProblemException;
import io.redistributed.api.http.Routes;
import io.redistributed.auth.Caller;
import io.redistributed.auth.Right;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/**
 * Serves {@code /session}: logs the page in and out. The cookie is the key or token itself, so that each node accepts it
 * without a store of sessions. Scripts cannot read it, and browsers do not send it with requests of other sites.
 */
final class SessionHandler {

    static final String PATH = "/session";

    /** Browsers drop longer cookies; the name and the attributes count, too. */
    private static final int MAX_COOKIE = 4_000;

    private final Gate gate;

    SessionHandler(Gate gate) {
        this.gate = gate;
    }

    void mount(Routes routes) {
        routes.get(PATH).handler(this::show);
        routes.post(PATH).handler(this::login);
        routes.delete(PATH).handler(routing -> {
            gate.logout(routing);
            end(routing, cookie(routing, "").setMaxAge(0));
        });
    }

    private void show(RoutingContext routing) {
        Caller caller = gate.find(routing);
        JsonObject session = new JsonObject()
                .put("authentication", gate.isOn())
                .put(
                        "rights",
                        new JsonArray(caller.rights().stream()
                                .map(Right::text)
                                .sorted()
                                .toList()));
        if (!caller.name().isEmpty()) {
            session.put("name", caller.name());
        }
        routing.response().putHeader("cache-control", "no-store").putHeader("vary", "authorization, cookie");
        routing.json(session);
    }

    private void login(RoutingContext routing) {
        if (!gate.isOn()) {
            throw new ProblemException(409, "authentication is off; every client has all rights");
        }
        String credentials = gate.login(routing);
        if (credentials.length() > MAX_COOKIE) {
            throw new ProblemException(
                    400,
                    "the token has more than " + MAX_COOKIE + " characters, which browsers do not keep in a cookie");
        }
        end(routing, cookie(routing, credentials));
    }

    private static void end(RoutingContext routing, Cookie cookie) {
        routing.response()
                .addCookie(cookie)
                .putHeader("cache-control", "no-store")
                .setStatusCode(204)
                .end();
    }

    private static Cookie cookie(RoutingContext routing, String credentials) {
        // The page's own origin has passed the check of origins. It is https if a proxy ends TLS, too.
        String origin = routing.request().getHeader("origin");
        return Cookie.cookie(Gate.COOKIE, credentials)
                .setPath("/")
                .setHttpOnly(true)
                .setSameSite(CookieSameSite.STRICT)
                .setSecure(routing.request().isSSL() || origin != null && origin.startsWith("https:"));
    }
}
