package io.redistributed.api;

import io.redistributed.auth.AuthSettings;
import io.redistributed.settings.Settings;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.function.Function;

/** Checks the config of this package's verticles before any verticle starts. */
public final class ServerChecks {

    /** Reads the settings of a verticle, by class name, and returns its listen address. */
    private static final Map<String, Function<Settings, String>> HOSTS = Map.of(
            HttpVerticle.class.getName(),
                    settings -> HttpSettings.from(settings).host(),
            MetricsVerticle.class.getName(),
                    settings -> MetricsSettings.from(settings).host(),
            ViewerVerticle.class.getName(),
                    settings -> ViewerSettings.from(settings).host());

    private ServerChecks() {}

    /**
     * Checks a verticle if it is of this package.
     *
     * @param config with the settings of the node
     * @throws IllegalArgumentException that names the key, and says what is wrong and what is allowed
     */
    public static void check(String className, JsonObject config) {
        Function<Settings, String> host = HOSTS.get(className);
        if (host != null) {
            AuthSettings.ofNode(config).requireProtected(host.apply(Settings.ofVerticle(config)));
        }
    }
}
