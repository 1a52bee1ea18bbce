package io.redistributed.auth;

import io.redistributed.queue.Owner;
import io.redistributed.settings.Settings;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The part {@code auth} of the configuration.
 *
 * @param holders the callers with API keys
 * @param jwt how to check tokens; empty if tokens are not accepted
 * @param limits of each caller that has none of its own
 * @param insecure whether addresses that other machines reach are served without authentication
 */
public record AuthSettings(List<KeyHolder> holders, Optional<JwtSettings> jwt, Limits limits, boolean insecure) {

    /** The key of this part among the settings of the node. */
    public static final String KEY = "auth";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}");
    private static final int MAX_CALLERS = 1_000;
    private static final int MAX_KEYS = 8;

    /** A caller and the hashes of its API keys: several while one replaces another. */
    record KeyHolder(Caller caller, List<String> keys) {}

    /** Reads the settings of a verticle's node. */
    public static AuthSettings ofNode(JsonObject verticleConfig) {
        return from(Settings.ofNode(verticleConfig, KEY));
    }

    /** @throws IllegalArgumentException that names the key, and says what is wrong and what is allowed */
    public static AuthSettings from(Settings settings) {
        settings.allowing("callers", "jwt", "limits", "insecure");
        JsonObject jwt = settings.object("jwt");
        Limits limits = Limits.from(settings.object("limits"), "auth.limits.", Limits.NONE);
        AuthSettings auth = new AuthSettings(
                holders(settings, limits),
                jwt.isEmpty() ? Optional.empty() : Optional.of(JwtSettings.from(new Settings(jwt, "auth.jwt."))),
                limits,
                settings.flag("insecure", false));
        if (auth.isOn() && auth.insecure) {
            throw new IllegalArgumentException("auth.insecure: true is not allowed together with callers or jwt");
        }
        return auth;
    }

    /** Returns whether the reports of any caller have to be counted. */
    public boolean countsReports() {
        return limits.countsReports()
                || holders.stream().anyMatch(holder -> holder.caller.limits().countsReports());
    }

    /** Returns whether clients have to authenticate. */
    boolean isOn() {
        return !holders.isEmpty() || jwt.isPresent();
    }

    /** @throws IllegalArgumentException if other machines reach the address and nothing protects it */
    public void requireProtected(String host) {
        if (!isOn() && !insecure && !isLoopback(host)) {
            throw new IllegalArgumentException("host: other machines reach \"" + host
                    + "\", which needs auth.callers or auth.jwt (or auth.insecure: true, to serve anyone)");
        }
    }

    /** Other names are not resolved, as they can change what they resolve to. */
    private static boolean isLoopback(String host) {
        if (host.equals("localhost")) {
            return true;
        }
        try {
            return host.matches("[0-9.]+|\\[?[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*]?")
                    && InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static List<KeyHolder> holders(Settings settings, Limits limits) {
        JsonArray callers = settings.array("callers", new JsonArray());
        if (callers.size() > MAX_CALLERS) {
            throw settings.bad("callers", callers.size() + " callers", "at most " + MAX_CALLERS);
        }
        List<KeyHolder> holders = new ArrayList<>();
        Set<String> names = new HashSet<>();
        Set<String> hashes = new HashSet<>();
        for (int i = 0; i < callers.size(); i++) {
            String place = "auth.callers[" + i + "]";
            if (!(callers.getValue(i) instanceof JsonObject json)) {
                throw new IllegalArgumentException(place + ": must be an object with name, keys and rights");
            }
            KeyHolder holder = holder(new Settings(json, place + '.'), limits);
            if (!names.add(holder.caller.name())) {
                throw new IllegalArgumentException(place + ".name: another caller has this name");
            }
            if (!holder.keys.stream().allMatch(hashes::add)) {
                throw new IllegalArgumentException(place + ".keys: a key may be listed only once");
            }
            holders.add(holder);
        }
        return holders;
    }

    private static KeyHolder holder(Settings settings, Limits limits) {
        settings.allowing("name", "keys", "rights", "limits");
        String name = settings.string("name", "");
        if (!NAME.matcher(name).matches()) {
            throw settings.bad("name", name, "1 to 64 letters, digits and . _ @ -, the first a letter or digit");
        }
        JsonArray keys = settings.array("keys", new JsonArray());
        boolean areHashes = keys.stream().allMatch(hash -> hash instanceof String text && ApiKey.isHash(text));
        if (keys.isEmpty() || keys.size() > MAX_KEYS || !areHashes) {
            // Without the value, in case it is a key.
            throw settings.badSecret(
                    "keys",
                    "1 to " + MAX_KEYS + " hashes, sha256: and 64 hex digits each, as printed by the command 'key'");
        }
        return new KeyHolder(
                new Caller(
                        Owner.of("key:" + name),
                        rights(settings),
                        Limits.from(settings.object("limits"), settings.path() + "limits.", limits),
                        Caller.NEVER),
                keys.stream().map(String.class::cast).toList());
    }

    private static Set<Right> rights(Settings settings) {
        Set<Right> rights = EnumSet.noneOf(Right.class);
        for (Object name : settings.array("rights", new JsonArray())) {
            rights.add(Right.of(String.valueOf(name))
                    .orElseThrow(() -> settings.bad("rights", name, "one of " + String.join(", ", Right.names()))));
        }
        if (rights.isEmpty()) {
            throw settings.badSecret("rights", "an array of " + String.join(", ", Right.names()));
        }
        return rights;
    }
}
