package io.redistributed.auth;

import io.redistributed.settings.Settings;
import io.redistributed.settings.Urls;
import io.vertx.core.json.JsonArray;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * How to check JSON Web Tokens: {@code auth.jwt} of the configuration.
 *
 * @param jwks URL or file of the JSON Web Key Set of the issuer
 * @param issuer value of {@code iss}
 * @param audience value in {@code aud}
 * @param algorithms of signatures that are accepted; all are asymmetric
 * @param rights name of the claim with the rights
 * @param clockSkew tolerance for {@code exp}, {@code nbf} and {@code iat}
 */
record JwtSettings(
        String jwks, String issuer, String audience, List<String> algorithms, String rights, Duration clockSkew) {

    private static final List<String> ALGORITHMS =
            List.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA");
    private static final List<String> DEFAULT_ALGORITHMS = List.of("RS256", "ES256");

    static JwtSettings from(Settings settings) {
        settings.allowing("jwks", "issuer", "audience", "algorithms", "rights", "clockSkew");
        JwtSettings jwt = new JwtSettings(
                settings.string("jwks", ""),
                settings.string("issuer", ""),
                settings.string("audience", ""),
                algorithms(settings),
                settings.string("rights", "scope"),
                settings.duration("clockSkew", Duration.ofSeconds(30), Duration.ZERO, Duration.ofMinutes(5)));
        if (jwt.jwks.isEmpty() || jwt.isUrl() && !isProtected(jwt.jwks)) {
            // Without the value, as a URL may hold credentials.
            throw settings.badSecret(
                    "jwks", "a file, or an https:// URL (http:// only of this host), with the keys of the issuer");
        }
        requireText(settings, "issuer", jwt.issuer);
        requireText(settings, "audience", jwt.audience);
        requireText(settings, "rights", jwt.rights);
        return jwt;
    }

    boolean isUrl() {
        return jwks.contains("://");
    }

    /** A change of the keys on their way here would allow others to sign tokens. */
    private static boolean isProtected(String url) {
        return Urls.parseHttp(url)
                .filter(uri -> "https".equals(uri.getScheme()) || isThisHost(uri))
                .isPresent();
    }

    private static boolean isThisHost(URI uri) {
        return List.of("localhost", "127.0.0.1", "[::1]").contains(uri.getHost());
    }

    private static void requireText(Settings settings, String key, String value) {
        if (value.isEmpty()) {
            throw settings.badSecret(key, "a text that is not empty");
        }
    }

    private static List<String> algorithms(Settings settings) {
        JsonArray names = settings.array("algorithms", new JsonArray(DEFAULT_ALGORITHMS));
        if (names.isEmpty() || !names.stream().allMatch(ALGORITHMS::contains)) {
            throw settings.bad("algorithms", names, "an array of " + String.join(", ", ALGORITHMS));
        }
        return names.stream().map(String.class::cast).toList();
    }
}
