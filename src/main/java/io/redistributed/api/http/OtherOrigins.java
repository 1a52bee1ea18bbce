package io.redistributed.api.http;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Protects this service from pages of other sites in a browser that can reach it. {@code Host} must be a name of the
 * service, or a page whose name later resolves to its address (DNS rebinding) could read everything. Requests that
 * change state must come from a page of this service or from no page. Programs other than browsers send neither {@code
 * Origin} nor {@code Sec-Fetch-Site}.
 */
public final class OtherOrigins {

    private static final Set<HttpMethod> SAFE = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
    private static final Set<String> OWN_SITES = Set.of("same-origin", "none");
    private static final Pattern ORIGIN = Pattern.compile("(https?)://([^/?#@]+)", Pattern.CASE_INSENSITIVE);
    private static final Pattern ABSOLUTE = Pattern.compile("https?://([^/?#]*).*", Pattern.CASE_INSENSITIVE);

    private final HostNames names;

    public OtherOrigins(HostNames names) {
        this.names = names;
    }

    /** Rejects (421, 403) requests from pages of other sites. */
    public void refuse(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        HostAndPort host = host(request);
        if (host != null && !names.contain(host.host())) {
            throw new ProblemException(
                    421,
                    "Host: '" + host.host() + "' is not a name of this service; allowed are IP addresses, localhost,"
                            + " and the " + HostNames.KEY + " in the configuration of its verticle");
        }
        if (!SAFE.contains(request.method())) {
            checkSite(request);
            checkOrigin(request, host);
        }
    }

    /** Returns the requested host; null if an HTTP/1.0 client, which no browser is, sends none. */
    private static HostAndPort host(HttpServerRequest request) {
        // The host of an absolute-form target takes precedence over the header.
        Matcher absolute = request.uri().startsWith("/") ? null : ABSOLUTE.matcher(request.uri());
        HostAndPort host = absolute != null && absolute.matches()
                ? HostAndPort.parseAuthority(absolute.group(1), -1)
                : request.authority();
        boolean isOptional =
                request.version() == HttpVersion.HTTP_1_0 && !request.headers().contains("host");
        if (host == null && !isOptional) {
            throw new ProblemException(400, "Host: missing or not of the form host or host:port");
        }
        return host;
    }

    private static void checkSite(HttpServerRequest request) {
        for (String site : request.headers().getAll("sec-fetch-site")) {
            if (!OWN_SITES.contains(site)) {
                throw new ProblemException(
                        403,
                        "Sec-Fetch-Site: '" + site
                                + "' is not allowed; only pages of this service may send this request");
            }
        }
    }

    private void checkOrigin(HttpServerRequest request, HostAndPort host) {
        List<String> origins = request.headers().getAll("origin");
        if (origins.size() > 1 || origins.size() == 1 && !isOwn(origins.get(0), host)) {
            throw new ProblemException(
                    403,
                    "Origin: '" + String.join(", ", origins)
                            + "' is not allowed; only pages of this service may send this request");
        }
    }

    private boolean isOwn(String origin, HostAndPort host) {
        Matcher parts = ORIGIN.matcher(origin);
        HostAndPort page = parts.matches() ? HostAndPort.parseAuthority(parts.group(2), -1) : null;
        if (page == null || host == null) {
            return false;
        }
        boolean isSame = page.host().equalsIgnoreCase(host.host()) && port(page) == port(host);
        // A proxy may have rewritten Host to its own name for the service.
        return isSame || names.isListed(page.host());
    }

    /** Browsers omit the default port of the scheme, which a proxy may have changed. */
    private static int port(HostAndPort authority) {
        return authority.port() == 80 || authority.port() == 443 ? -1 : authority.port();
    }
}
