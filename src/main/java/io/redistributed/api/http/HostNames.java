package io.redistributed.api.http;

import io.netty.util.NetUtil;
import io.redistributed.settings.Settings;
import io.vertx.core.json.JsonArray;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The host names of a service. IP addresses and {@code localhost} are always included: no page of another origin can
 * make such a name resolve to this service. Other names have to be configured.
 */
public final class HostNames {

    public static final String KEY = "hosts";

    private static final String ANY = "*";
    private static final Pattern NAME =
            Pattern.compile("(\\*\\.)?[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*");

    private final String bound;
    private final Set<String> listed;

    private HostNames(String bound, Set<String> listed) {
        this.bound = bound;
        this.listed = listed;
    }

    /**
     * Reads {@code hosts} of a verticle's configuration: names, {@code *.example.com} for all subdomains, or {@code *}
     * for any.
     *
     * @param bound the listen address, which may be a name too
     */
    public static HostNames from(Settings settings, String bound) {
        Set<String> listed = new HashSet<>();
        for (Object value : settings.array(KEY, new JsonArray())) {
            String name = value instanceof String text ? text.toLowerCase(Locale.ROOT) : "";
            if (!name.equals(ANY) && !NAME.matcher(name).matches()) {
                throw settings.bad(
                        KEY,
                        value,
                        "a host name such as reports.example.com, *.example.com for all subdomains, or * for any");
            }
            listed.add(name);
        }
        return new HostNames(bound.toLowerCase(Locale.ROOT), listed);
    }

    /** Whether the host is a name of this service. */
    boolean contain(String host) {
        return listed.contains(ANY) || isLocal(host) || plain(host).equals(bound) || isListed(host);
    }

    /** Whether the host is configured, itself or by a wildcard. */
    boolean isListed(String host) {
        String name = plain(host);
        if (name.contains(ANY)) {
            // A wildcard is not a host name.
            return false;
        }
        if (listed.contains(name)) {
            return true;
        }
        for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
            if (listed.contains("*" + name.substring(dot))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isLocal(String host) {
        String name = plain(host);
        return name.equals("localhost")
                || name.endsWith(".localhost")
                || NetUtil.isValidIpV4Address(name)
                || NetUtil.isValidIpV6Address(name);
    }

    private static String plain(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        if (name.startsWith("[") && name.endsWith("]")) {
            return name.substring(1, name.length() - 1);
        }
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }
}
