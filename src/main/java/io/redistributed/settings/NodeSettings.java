package io.redistributed.settings;

import io.redistributed.pubsub.ChannelPolicies;
import io.redistributed.pubsub.ChannelPolicy;
import io.redistributed.redis.CredentialFiles;
import io.redistributed.redis.RedisSettings;
import io.redistributed.redis.TlsFiles;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Converts settings shared by verticles to types of the library, which is independent of the configuration. */
public final class NodeSettings {

    private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(1);
    private static final Duration LONGEST_TIMEOUT = Duration.ofDays(1);

    private NodeSettings() {}

    /**
     * Reads {@code redis}: {@code {mode: "sentinel", endpoints: [url, …], master: "mymaster", connectTimeout: "5s",
     * commandTimeout: "5s"}}; {@code mode} defaults to {@code standalone}.
     *
     * @throws IllegalArgumentException that names the key, and says what is wrong and what is allowed
     */
    public static RedisSettings redis(Settings settings) {
        JsonArray endpoints = settings.array("endpoints", new JsonArray());
        if (endpoints.isEmpty()) {
            throw settings.bad("endpoints", endpoints, "an array of Redis URLs");
        }
        return new RedisSettings(
                settings.constant("mode", RedisSettings.Mode.STANDALONE),
                endpoints.stream().map(String::valueOf).toList(),
                settings.string("master", RedisSettings.DEFAULT_MASTER),
                "",
                settings.duration("connectTimeout", RedisSettings.DEFAULT_TIMEOUT, SHORTEST_TIMEOUT, LONGEST_TIMEOUT),
                settings.duration("commandTimeout", RedisSettings.DEFAULT_TIMEOUT, SHORTEST_TIMEOUT, LONGEST_TIMEOUT),
                RedisSettings.DEFAULT_MAX_WAITING_COMMANDS,
                Optional.empty(),
                credentials(settings, "userFile", "passwordFile"),
                credentials(settings, "sentinelUserFile", "sentinelPasswordFile"),
                tls(settings));
    }

    private static Optional<TlsFiles> tls(Settings settings) {
        JsonObject json = settings.object("tls");
        if (json.isEmpty()) {
            return Optional.empty();
        }
        Settings tls = new Settings(json, settings.path() + "tls.").allowing("authority", "certificate", "key");
        try {
            return Optional.of(new TlsFiles(file(tls, "authority"), file(tls, "certificate"), file(tls, "key")));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("redis.tls: " + e.getMessage(), e);
        }
    }

    private static Optional<CredentialFiles> credentials(Settings settings, String userKey, String passwordKey) {
        Optional<Path> user = file(settings, userKey);
        Optional<Path> password = file(settings, passwordKey);
        if (user.isPresent() && password.isEmpty()) {
            throw settings.bad(passwordKey, "", "a file, which " + userKey + " needs");
        }
        return password.map(file -> new CredentialFiles(user, file));
    }

    private static Optional<Path> file(Settings settings, String key) {
        String name = settings.string(key, "");
        return name.isEmpty() ? Optional.empty() : Optional.of(Path.of(name));
    }

    /**
     * Reads {@code tracing.channels}: {@code [{match: "orders.*", write: "envelope", relation: "link", baggage: true}]}.
     * {@code write} is {@code binary} and {@code relation} is {@code parent} by default, also for channels that no element matches; {@code baggage} defaults to false with {@code link}, else to true.
     *
     * @throws IllegalArgumentException that names the key, and says what is wrong and what is allowed
     */
    public static ChannelPolicies channels(JsonArray json) {
        List<ChannelPolicy> policies = new ArrayList<>();
        for (int i = 0; i < json.size(); i++) {
            Settings rule = new Settings(json.getJsonObject(i), "channels[" + i + "].");
            ChannelPolicy policy = new ChannelPolicy(
                    rule.string("match", "*"),
                    rule.constant("write", ChannelPolicy.BINARY.write()),
                    rule.constant("relation", ChannelPolicy.BINARY.relation()));
            policies.add(new ChannelPolicy(
                    policy.channels(), policy.write(), policy.relation(), rule.flag("baggage", policy.baggage())));
        }
        policies.add(ChannelPolicy.BINARY);
        return ChannelPolicies.of(policies);
    }
}
