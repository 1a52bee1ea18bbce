package io.redistributed.settings;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Handles HTTP URLs that may hold credentials: in the query or in the path. */
public final class Urls {

    /** What {@link #parseHttp} accepts, for error messages. */
    public static final String HTTP = "a URL that starts with http:// or https:// and has a host,"
            + " without user:password@ (for OTLP, use headers)";

    private Urls() {}

    /**
     * Returns the URL if it has the scheme {@code http} or {@code https} and a host, and no {@code user:password@}, which no client
     * here sends. Does not return the error, which may contain secrets.
     */
    public static Optional<URI> parseHttp(String text) {
        try {
            URI url = new URI(text);
            boolean isHttp = url.getHost() != null
                    && url.getUserInfo() == null
                    && List.of("http", "https").contains(url.getScheme());
            return isHttp && url.getPort() <= 65_535 ? Optional.of(url) : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    /** Returns {@code http://host:port}, safe for logs, metrics and pages. */
    public static String origin(URI url) {
        return url.getScheme() + "://" + url.getHost() + (url.getPort() < 0 ? "" : ":" + url.getPort());
    }

    /**
     * Decodes percent-encoded UTF-8, in which a plus is no space (RFC 3986).
     *
     * @throws IllegalArgumentException if a percent sign is not followed by two hexadecimal digits
     */
    public static String percentDecoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** Appends a path to the path of the URL, before its query. */
    public static String append(URI url, String path) {
        String own = url.getRawPath().replaceFirst("/$", "");
        String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
        return url.getScheme() + "://" + url.getRawAuthority() + own + path + query;
    }
}
