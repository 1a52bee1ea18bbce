package io.redistributed.settings;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;

/** HTTP URLs that may hold credentials: as {@code user:password@}, in the query, or in the path. */
public final class Urls {

    private Urls() {}

    /** The URL if it is one with {@code http} or {@code https} and a host. What it is instead is not told: it may be secret. */
    public static Optional<URI> parseHttp(String text) {
        try {
            URI url = new URI(text);
            boolean isHttp = url.getHost() != null && List.of("http", "https").contains(url.getScheme());
            return isHttp && url.getPort() <= 65_535 ? Optional.of(url) : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    /** {@code http://host:port}, fit for logs, metrics and pages. */
    public static String origin(URI url) {
        return url.getScheme() + "://" + url.getHost() + (url.getPort() < 0 ? "" : ":" + url.getPort());
    }

    /** The URL with a path behind its own, in front of its query. */
    public static String append(URI url, String path) {
        String own = url.getRawPath().replaceFirst("/$", "");
        String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
        return url.getScheme() + "://" + url.getRawAuthority() + own + path + query;
    }
}
