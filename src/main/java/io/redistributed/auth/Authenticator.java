package io.redistributed.auth;

import io.vertx.core.Future;
import io.vertx.core.Vertx;

/** Finds out who presents a key or a token. Used on one event loop. */
public final class Authenticator {

    private final AuthSettings settings;
    private final ApiKeys keys;
    private final JwtVerifier tokens;

    private Authenticator(AuthSettings settings, JwtVerifier tokens) {
        this.settings = settings;
        this.keys = new ApiKeys(settings.holders());
        this.tokens = tokens;
    }

    /** Returns an authenticator that has tried to get the keys of the issuer of tokens. */
    public static Future<Authenticator> start(Vertx vertx, AuthSettings settings) {
        if (settings.jwt().isEmpty()) {
            return Future.succeededFuture(new Authenticator(settings, null));
        }
        JwtSettings jwt = settings.jwt().get();
        SigningKeys signingKeys = new SigningKeys(vertx, jwt);
        return signingKeys
                .start()
                .map(started -> new Authenticator(settings, new JwtVerifier(jwt, settings.limits(), signingKeys)));
    }

    /** Returns whether clients have to authenticate; if not, each is {@link Caller#ANYONE}. */
    public boolean isOn() {
        return settings.isOn();
    }

    /** Does not block: keys and tokens are checked with what this node already has. */
    public Caller authenticate(String credentials) throws RejectedException {
        if (credentials.startsWith(ApiKey.PREFIX) || tokens == null) {
            return keys.find(credentials).orElseThrow(() -> new RejectedException("unknown API key"));
        }
        return tokens.verify(credentials);
    }
}
