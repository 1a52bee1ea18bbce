package io.redistributed.api.http;

import io.redistributed.auth.AuditLog;
import io.redistributed.auth.AuthSettings;
import io.redistributed.auth.Authenticator;
import io.redistributed.auth.Caller;
import io.redistributed.auth.FailureLimit;
import io.redistributed.auth.Limits;
import io.redistributed.auth.RejectedException;
import io.redistributed.auth.Right;
import io.redistributed.auth.Usage;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Lets a request pass if its caller may make it. Runs first on each route, before the body is read. Used on one event loop.
 */
public final class Gate {

    /** Name of the page's cookie. */
    public static final String COOKIE = "redistributed";

    private static final String KEY = Gate.class.getName();
    private static final String CHALLENGE = "Bearer realm=\"redistributed\"";
    private static final Pattern BEARER = Pattern.compile("Bearer +([\\x21-\\x7e]+) *", Pattern.CASE_INSENSITIVE);

    private final Authenticator authenticator;
    private final FailureLimit failures;

    private Gate(Vertx vertx, Authenticator authenticator) {
        this.authenticator = authenticator;
        this.failures = FailureLimit.of(vertx);
    }

    /**
     * Creates the gate of a server.
     *
     * @param config of its verticle
     * @param host its listen address
     * @return fails with an {@link IllegalArgumentException} if other machines reach the address and nothing protects it
     */
    public static Future<Gate> start(Vertx vertx, JsonObject config, String host) {
        AuthSettings settings = AuthSettings.ofNode(config);
        settings.requireProtected(host);
        return Authenticator.start(vertx, settings).map(authenticator -> new Gate(vertx, authenticator));
    }

    /** Returns who sent the request; {@link Caller#NOBODY} on a route for anyone. */
    public static Caller caller(RoutingContext routing) {
        return routing.get(KEY, Caller.NOBODY);
    }

    /** Returns the address of the client, or of the last proxy in front of this service. */
    private static String address(RoutingContext routing) {
        return routing.request().remoteAddress().hostAddress();
    }

    /**
     * Rejects a request (401, 403, 429) unless its caller has one of the rights.
     *
     * @param rights empty for anyone
     */
    public void admit(RoutingContext routing, Set<Right> rights) {
        if (rights.isEmpty() || routing.get(KEY) != null) {
            return;
        }
        routing.put(KEY, authenticator.isOn() ? admitted(routing, rights) : Caller.ANYONE);
    }

    public boolean isOn() {
        return authenticator.isOn();
    }

    /**
     * Returns who sent a request for anyone; {@link Caller#NOBODY} without valid credentials. Never answers an error.
     */
    public Caller find(RoutingContext routing) {
        if (!authenticator.isOn()) {
            return Caller.ANYONE;
        }
        try {
            Optional<String> given = credentials(routing);
            return given.isPresent() ? authenticator.authenticate(given.get()) : Caller.NOBODY;
        } catch (RejectedException e) {
            logDenied(routing, Caller.NOBODY, e.getMessage());
            return Caller.NOBODY;
        } catch (ProblemException e) {
            return Caller.NOBODY;
        }
    }

    /** Returns the credentials in the header of a request, which are valid; answers 401 or 429 otherwise. */
    public String login(RoutingContext routing) {
        String given = header(routing).orElseThrow(() -> required(routing));
        audit("login", routing, authenticate(routing, given), "");
        return given;
    }

    /** Logs the end of a session. */
    public void logout(RoutingContext routing) {
        Caller caller = find(routing);
        if (caller != Caller.NOBODY) {
            audit("logout", routing, caller, "");
        }
    }

    /** Logs what the caller has done with a report: {@code submit}, {@code cancel} or {@code retry}. */
    public static void audit(String action, RoutingContext routing, String reportId) {
        audit(action, routing, caller(routing), reportId);
    }

    /** Logs nothing without authentication, as there is no caller to name. */
    private static void audit(String action, RoutingContext routing, Caller caller, String reportId) {
        if (caller != Caller.ANYONE) {
            AuditLog.done(action, caller, address(routing), reportId, RequestTrace.id());
        }
    }

    private Caller admitted(RoutingContext routing, Set<Right> rights) {
        Caller caller =
                credentials(routing).map(given -> authenticate(routing, given)).orElseThrow(() -> required(routing));
        if (!caller.hasAny(rights)) {
            String wanted = rights.stream().map(Right::text).sorted().collect(Collectors.joining(" or "));
            logDenied(routing, caller, "needs " + wanted);
            throw challenge(
                    routing,
                    ", error=\"insufficient_scope\"",
                    new ProblemException(403, "this request needs the right " + wanted));
        }
        if (caller.limits() != Limits.NONE && !Usage.of(routing.vertx(), caller).request(caller.limits())) {
            throw new ProblemException(
                    429,
                    "more than " + caller.limits().requestsPerSecond() + " requests per second of " + caller.name()
                            + " at this node");
        }
        return caller;
    }

    private Caller authenticate(RoutingContext routing, String credentials) {
        try {
            return authenticator.authenticate(credentials);
        } catch (RejectedException e) {
            if (e.isTemporary()) {
                throw new ProblemException(503, e.getMessage() + "; the keys of the issuer are being read again");
            }
            if (!logDenied(routing, Caller.NOBODY, e.getMessage())) {
                throw new ProblemException(429, "too many failed authentications from " + address(routing));
            }
            throw challenge(routing, ", error=\"invalid_token\"", new ProblemException(401, e.getMessage()));
        }
    }

    /** Returns the key or token in the header, or else in the cookie of the page. */
    private static Optional<String> credentials(RoutingContext routing) {
        Optional<String> header = header(routing);
        if (header.isPresent() || !routing.request().headers().contains("cookie")) {
            return header;
        }
        Cookie cookie = routing.request().getCookie(COOKIE);
        return Optional.ofNullable(cookie).map(Cookie::getValue).filter(value -> !value.isEmpty());
    }

    private static Optional<String> header(RoutingContext routing) {
        List<String> values = routing.request().headers().getAll("authorization");
        if (values.isEmpty()) {
            return Optional.empty();
        }
        Matcher bearer = BEARER.matcher(values.get(0));
        if (values.size() > 1 || !bearer.matches()) {
            throw challenge(
                    routing,
                    ", error=\"invalid_request\"",
                    new ProblemException(401, "Authorization: must be one Bearer token"));
        }
        return Optional.of(bearer.group(1));
    }

    private static ProblemException required(RoutingContext routing) {
        return challenge(
                routing,
                "",
                new ProblemException(
                        401, "authentication is required: send Authorization: Bearer with an API key or a token"));
    }

    /** RFC 6750. */
    private static ProblemException challenge(RoutingContext routing, String error, ProblemException problem) {
        routing.response().putHeader("www-authenticate", CHALLENGE + error);
        return problem;
    }

    /** Logs a request that its route admits, but not with this content. */
    public static void logDenied(RoutingContext routing, String reason) {
        logDenied(routing, FailureLimit.of(routing.vertx()), caller(routing), reason);
    }

    private boolean logDenied(RoutingContext routing, Caller caller, String reason) {
        return logDenied(routing, failures, caller, reason);
    }

    /** Returns false, and logs nothing, if too many requests of the caller, or else of the address, were refused. */
    private static boolean logDenied(RoutingContext routing, FailureLimit failures, Caller caller, String reason) {
        String address = address(routing);
        if (!failures.allows(caller == Caller.NOBODY ? address : caller.name())) {
            return false;
        }
        HttpServerRequest request = routing.request();
        AuditLog.denied(caller, address, request.method() + " " + request.path(), reason, RequestTrace.id());
        return true;
    }
}
