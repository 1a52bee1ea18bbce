package io.redistributed.redis;

import io.redistributed.vertx.internal.VertxInternals;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Holds a parsed {@code redis[s]://[[user]:password@]host[:port][/database]}, or {@code unix:///path[?db=database]}
 * with the path as host.
 *
 * @param before text before the host
 * @param port -1 if absent
 * @param after text after the port
 */
record RedisUrl(String before, String host, int port, String after) {

    private static final Pattern PARTS =
            Pattern.compile("(rediss?://(?:[^@/?#]*@)?)(\\[[^]]+]|[\\w.-]+)(?::(\\d{1,5}))?((?:/\\d{0,9})?(?:\\?.*)?)");

    private static final Pattern UNIX_SOCKET = Pattern.compile("(unix://)(/[^?#]+)(\\?.*)?");

    static final int DEFAULT_PORT = 6379;

    /** @throws IllegalArgumentException if the text is not valid; the message contains no password */
    static RedisUrl parse(String text) {
        RedisUrl url = split(text);
        // URIs, and so the Vert.x client, do not accept an underscore in a host.
        if (url == null || url.host.contains("_") && !url.isUnixSocket() || url.port > 65_535) {
            throw new IllegalArgumentException("'" + withoutPassword(text)
                    + "' is not a Redis URL (use redis://[[user]:password@]host[:port][/database] or unix:///path)");
        }
        return url;
    }

    /**
     * Parses the name of a master, or a URL with such a name as its host.
     *
     * @throws IllegalArgumentException if the text is not valid; the message contains no password
     */
    static RedisUrl parseMaster(String text) {
        RedisUrl url = split(text.contains("://") ? text : "redis://" + text);
        if (url == null || url.port >= 0 || url.host.startsWith("[") || url.isUnixSocket()) {
            throw new IllegalArgumentException("'" + withoutPassword(text)
                    + "' is not a master (use its name or redis://[[user]:password@]name[/database])");
        }
        return url;
    }

    /** Returns a URL with the same scheme, credentials and database at another address. */
    RedisUrl at(String newHost, int newPort) {
        return new RedisUrl(before, newHost.contains(":") ? "[" + newHost + "]" : newHost, newPort, after);
    }

    /** Returns the name of the user as it is in the URL, encoded; empty if absent. */
    String user() {
        return credentials().replaceFirst(":.*", "");
    }

    /** Returns whether the URL contains a password, also in its query. */
    boolean hasPassword() {
        return credentials().contains(":") || after.matches(".*[?&]password=.*");
    }

    /** Returns whether the URL names a user, also in its query. */
    boolean hasUser() {
        return !user().isEmpty() || after.matches(".*[?&]user=.*");
    }

    /** Returns a URL with other credentials. Both are encoded. */
    RedisUrl withCredentials(String user, String password) {
        return new RedisUrl(scheme() + user + ':' + password + '@', host, port, after);
    }

    private String scheme() {
        return before.substring(0, before.indexOf("://") + "://".length());
    }

    private String credentials() {
        return before.substring(scheme().length()).replaceFirst("@$", "");
    }

    int portOrDefault() {
        return isUnixSocket() ? 0 : port < 0 ? DEFAULT_PORT : port;
    }

    boolean isUnixSocket() {
        return before.startsWith("unix:");
    }

    /** Returns the host; an IPv6 address has no brackets. */
    String address() {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** Returns the number of the database. */
    String database() {
        Integer selected = VertxInternals.database(text());
        return selected == null ? "0" : selected.toString();
    }

    boolean hasDatabase() {
        return after.matches("/0*[1-9].*");
    }

    /** Returns the URL with credentials. */
    String text() {
        return before + host + (port < 0 ? "" : ":" + port) + after;
    }

    /** Returns the URL without credentials and query, fit for logs. */
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
        // The Vert.x client takes a plus for a space, but in credentials it is a plus (RFC 3986).
        String before = parts.group(1).replace("+", "%2B");
        RedisUrl url = new RedisUrl(before, parts.group(2), port, parts.group(4));
        try {
            new URI(url.text());
            return url;
        } catch (URISyntaxException e) {
            return null;
        }
    }

    /** Removes the user and the query too, as both may contain a password. */
    private static String withoutPassword(String url) {
        return url.replaceFirst("(?s)^(\\w+://)?.*@", "$1").replaceFirst("(?s)\\?.*", "");
    }
}
