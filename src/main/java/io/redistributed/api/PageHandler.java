package io.redistributed.api;

import io.redistributed.api.http.ProblemException;
import io.redistributed.api.http.Routes;
import io.redistributed.vertx.server.ReceivedRequest;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/** Serves the web page: {@code /} for clients that prefer HTML, and its files. */
final class PageHandler {

    static final String PREFIX = "/page/";

    /** Only scripts and styles of this service run; content of reports and spans is inserted as text. */
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                    + " connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none';"
                    + " require-trusted-types-for 'script'; trusted-types 'none'";

    private static final String HTML = "text/html";

    private final PageFiles files;

    PageHandler(PageFiles files) {
        this.files = files;
    }

    /** Whether a request is for the page itself, or a read of its scripts: browsers set the header, scripts cannot. */
    static boolean isForPage(ReceivedRequest request) {
        return request.method().equals(HttpMethod.GET)
                && ("same-origin".equals(request.headers().get("sec-fetch-site"))
                        || "/".equals(request.path()) && isWanted(request.headers()));
    }

    void mount(Routes routes) {
        routes.get(PREFIX + ":version/:file").handler(this::file);
    }

    /** Whether the client prefers HTML, as browsers do and clients that accept anything do not. */
    static boolean isWanted(MultiMap headers) {
        return Accepted.best(headers, "application/json", HTML).equals(HTML);
    }

    /** Sends the HTML. Browsers revalidate it each time, as it names the current files. */
    void entry(RoutingContext routing) {
        routing.response()
                .putHeader("content-security-policy", POLICY)
                .putHeader("referrer-policy", "no-referrer")
                .putHeader("cache-control", "no-cache")
                .putHeader("vary", "accept, accept-encoding");
        send(routing, new PageFiles.PageFile("text/html; charset=utf-8", files.entry()));
    }

    private void file(RoutingContext routing) {
        PageFiles.PageFile file = files.find(routing.pathParam("file"));
        if (file == null || !files.version().equals(routing.pathParam("version"))) {
            throw new ProblemException(404, "page file not found (the page may have been updated; reload it)");
        }
        routing.response()
                .putHeader("cache-control", "public, max-age=31536000, immutable")
                .putHeader("vary", "accept-encoding");
        send(routing, file);
    }

    private void send(RoutingContext routing, PageFiles.PageFile file) {
        String tag = '"' + files.version() + '"';
        // Weak, because the bytes depend on the compression.
        HttpServerResponse response = routing.response()
                .putHeader("x-content-type-options", "nosniff")
                .putHeader("etag", "W/" + tag);
        if (isKnown(routing.request(), tag)) {
            response.setStatusCode(304).end();
        } else {
            response.putHeader("content-type", file.contentType()).end(file.body());
        }
    }

    /** Compares weakly (RFC 9110, 13.1.2). */
    private static boolean isKnown(HttpServerRequest request, String tag) {
        return request.headers().getAll("if-none-match").stream()
                .anyMatch(known -> known.strip().equals("*") || known.contains(tag));
    }
}
