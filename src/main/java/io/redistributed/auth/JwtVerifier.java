package io.redistributed.auth;

import io.redistributed.queue.Owner;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Checks JSON Web Tokens: algorithm, signature, issuer, audience and times. Remembers what it has accepted for a minute,
 * as a signature takes about as long as the rest of a request. Used on one event loop.
 */
final class JwtVerifier {

    private static final int MAX_REMEMBERED = 1_000;
    private static final long REMEMBERED_SECONDS = 60;
    private static final int MAX_SUBJECT = 255;
    private static final int SEGMENTS = 3;

    private record Accepted(Caller caller, long until) {}

    private final JwtSettings settings;
    private final Limits limits;
    private final SigningKeys keys;
    private final Map<ByteBuffer, Accepted> accepted = new LinkedHashMap<>();

    /** @param limits of each caller */
    JwtVerifier(JwtSettings settings, Limits limits, SigningKeys keys) {
        this.settings = settings;
        this.limits = limits;
        this.keys = keys;
        keys.onChange(accepted::clear);
    }

    Caller verify(String token) throws RejectedException {
        ByteBuffer digest = ByteBuffer.wrap(ApiKey.digest(token));
        long now = System.currentTimeMillis() / 1000;
        Accepted known = accepted.get(digest);
        if (known != null && now < known.until) {
            return known.caller;
        }
        JsonObject claims = claims(token);
        long expires = expiry(claims) + settings.clockSkew().toSeconds();
        Caller caller = new Caller(
                Owner.of("jwt:" + subject(claims)), rights(claims), limits, TimeUnit.SECONDS.toMillis(expires));
        if (accepted.size() == MAX_REMEMBERED) {
            accepted.remove(accepted.keySet().iterator().next());
        }
        accepted.remove(digest);
        accepted.put(digest, new Accepted(caller, Math.min(expires, now + REMEMBERED_SECONDS)));
        return caller;
    }

    /** Returns the claims of a token whose signature, issuer, audience and times are right. */
    private JsonObject claims(String token) throws RejectedException {
        String[] segments = token.split("\\.", -1);
        if (segments.length != SEGMENTS) {
            throw new RejectedException("neither an API key nor a JSON Web Token");
        }
        JsonObject header = json(segments[0]);
        // Before Vert.x sees the token, which takes the algorithm of the header.
        if (!(header.getValue("alg") instanceof String algorithm)
                || !settings.algorithms().contains(algorithm)) {
            throw new RejectedException("the token's algorithm is not allowed");
        }
        if (header.containsKey("crit")) {
            throw new RejectedException("the token has critical extensions");
        }
        Object keyId = header.getValue("kid");
        Optional<JWTAuth> verifier = keys.verifier(keyId);
        if (verifier.isEmpty()) {
            throw new RejectedException("the token's signing key is unknown", keys.isExpected(keyId));
        }
        if (!isAccepted(verifier.get(), token)) {
            throw new RejectedException(
                    "the token is expired, or its signature, issuer or audience is wrong", keys.isExpected(keyId));
        }
        return json(segments[1]);
    }

    /** Vert.x throws some failures, such as claims of another type, and completes at once with the others. */
    private static boolean isAccepted(JWTAuth verifier, String token) {
        try {
            return verifier.authenticate(new TokenCredentials(token)).succeeded();
        } catch (RuntimeException e) {
            return false;
        }
    }

    private static JsonObject json(String segment) throws RejectedException {
        try {
            return new JsonObject(Buffer.buffer(Base64.getUrlDecoder().decode(segment)));
        } catch (RuntimeException e) {
            throw new RejectedException("the token is malformed");
        }
    }

    private static String subject(JsonObject claims) throws RejectedException {
        if (claims.getValue("sub") instanceof String subject
                && !subject.isEmpty()
                && subject.length() <= MAX_SUBJECT
                && subject.chars().noneMatch(Character::isISOControl)) {
            return subject;
        }
        throw new RejectedException("the token has no sub of 1 to " + MAX_SUBJECT + " characters");
    }

    /** A token that never expires cannot be revoked. */
    private static long expiry(JsonObject claims) throws RejectedException {
        if (claims.getValue("exp") instanceof Number seconds) {
            // So that it is a time in ms, too.
            return Math.min(seconds.longValue(), Caller.NEVER / 2_000);
        }
        throw new RejectedException("the token has no exp");
    }

    /** The claim is an array or a text with spaces. What is not the name of a right is for others. */
    private Set<Right> rights(JsonObject claims) {
        Object claim = claims.getValue(settings.rights());
        Stream<?> names = claim instanceof JsonArray array
                ? array.stream()
                : Arrays.stream(String.valueOf(claim).split(" "));
        Set<Right> rights = EnumSet.noneOf(Right.class);
        names.forEach(name -> Right.of(String.valueOf(name)).ifPresent(rights::add));
        return rights;
    }
}
