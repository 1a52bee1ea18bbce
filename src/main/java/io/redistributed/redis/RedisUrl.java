package io.redistributed.redis;

import io.redistributed.vertx.internal.VertxInternals;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code redis[s]://[[user]:password@]host[:port][/database]}, or {@code unix:///path[?db=database]} with the path for a host.
 *
 * @param before all that stands before the host
 * @param port -1 if none is given
 * @param after all that stands behind the port
 */
record RedisUrl(String before, String host, int port, String after) {

    private static final Pattern PARTS =
            Pattern.compile("(rediss?://(?:[^@/?#]*@)?)(\\[[^]]+]|[\\w.-]+)(?::(\\d{1,5}))?((?:/\\d{0,9})?(?:\\?.*)?)");

    private static final Pattern UNIX_SOCKET = Pattern.compile("(unix://)(/[^?#]+)(\\?.*)?");

    static final int DEFAULT_PORT = 6379;

    /** @throws IllegalArgumentException that shows no password */
    static RedisUrl parse(String text) {
        RedisUrl url = split(text);
        // URIs, and so the Vert.x client, know no host with an underscore.
        if (url == null || url.host.contains("_") && !url.isUnixSocket() || url.port > 65_535) {
            throw new IllegalArgumentException("'" + withoutPassword(text)
                    + "' is not a Redis URL; write redis://[[user]:password@]host[:port][/database], or unix:///path");
        }
        return url;
    }

    /**
     * Parses a URL with the name of a master for a host, or such a name alone.
     *
     * @throws IllegalArgumentException that shows no password
     */
    static RedisUrl parseMaster(String text) {
        RedisUrl url = split(text.contains("://") ? text : "redis://" + text);
        if (url == null || url.port >= 0 || url.host.startsWith("[") || url.isUnixSocket()) {
            throw new IllegalArgumentException("'" + withoutPassword(text)
                    + "' is not a master; write its name, or redis://[[user]:password@]name[/database]");
        }
        return url;
    }

    /** The same scheme, credentials and database at another place. */
    RedisUrl at(String newHost, int newPort) {
        return new RedisUrl(before, newHost.contains(":") ? "[" + newHost + "]" : newHost, newPort, after);
    }

    int portOrDefault() {
        return isUnixSocket() ? 0 : port < 0 ? DEFAULT_PORT : port;
    }

    boolean isUnixSocket() {
        return before.startsWith("unix:");
    }

    /** The host, of an IPv6 address without its brackets. */
    String address() {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** The number of the database that a connection to here uses. */
    String database() {
        Integer selected = VertxInternals.database(text());
        return selected == null ? "0" : selected.toString();
    }

    boolean hasDatabase() {
        return after.matches("/0*[1-9].*");
    }

    /** The whole URL, credentials and all. */
    String text() {
        return before + host + (port < 0 ? "" : ":" + port) + after;
    }

    /** The URL fit for logs. */
    @Override
    public String toString() {
        return withoutPassword(text());
    }

    private static RedisUrl split(String text) {
        Matcher socket = UNIX_SOCKET.matcher(text);
        if (socket.matches()) {
            return new RedisUrl(socket.group(1), socket.group(2), -1, socket.group(3) == null ? "" : socket.group(3));
        }
        Matcher parts = PARTS.matcher(text);
        if (!parts.matches()) {
            return null;
        }
        int port = parts.group(3) == null ? -1 : Integer.parseInt(parts.group(3));
        RedisUrl url = new RedisUrl(parts.group(1), parts.group(2), port, parts.group(4));
        try {
            new URI(url.text());
            return url;
        } catch (URISyntaxException e) {
            return null;
        }
    }

    /** Without the user too, and without a query, where passwords may stand as well. */
    private static String withoutPassword(String url) {
        return url.replaceFirst("(?s)^(\\w+://)?.*@", "$1").replaceFirst("(?s)\\?.*", "");
    }
}
