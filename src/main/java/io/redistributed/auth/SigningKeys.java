package io.redistributed.auth;

import io.redistributed.settings.SystemProxy;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.tracing.TracingPolicy;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The public keys of an issuer, read again every {@value #REFRESH_SECONDS} s, and at once when a token is not verified, as it may be
 * signed with a new key, but at most every {@value #PAUSE_SECONDS} s. Keeps the latest keys while they cannot be read. Used on one event loop.
 */
final class SigningKeys {

    private static final Logger log = LoggerFactory.getLogger(SigningKeys.class);

    private static final int REFRESH_SECONDS = 300;
    private static final int PAUSE_SECONDS = 10;
    private static final int TIMEOUT_SECONDS = 5;
    private static final int MAX_BYTES = 1 << 18;
    private static final int MAX_KEYS = 100;

    private final Vertx vertx;
    private final JwtSettings settings;
    private final HttpClient http;
    private final long pauseNanos;
    private Set<Object> ids = Set.of();
    private Buffer text = Buffer.buffer();
    private JWTAuth verifier;

    /** Whether a key has no id, and may so be meant by any. */
    private boolean hasNameless;

    private Runnable listener = () -> {};
    private Future<Void> refreshing = Future.succeededFuture();
    private boolean isFailing;
    private long refreshed;

    SigningKeys(Vertx vertx, JwtSettings settings) {
        this(vertx, settings, TimeUnit.SECONDS.toNanos(PAUSE_SECONDS));
    }

    /** @param pauseNanos between reads because of tokens that are not verified */
    SigningKeys(Vertx vertx, JwtSettings settings, long pauseNanos) {
        this.pauseNanos = pauseNanos;
        this.vertx = vertx;
        this.settings = settings;
        this.http = vertx.createHttpClient(new HttpClientOptions().setTracingPolicy(TracingPolicy.IGNORE));
    }

    /** Reads the keys for the first time. Always succeeds: without keys, no token is accepted yet. */
    Future<Void> start() {
        vertx.setPeriodic(TimeUnit.SECONDS.toMillis(REFRESH_SECONDS), due -> refresh());
        return refresh();
    }

    /** @param listener called when the keys have changed */
    void onChange(Runnable listener) {
        this.listener = listener;
    }

    /** Returns what verifies tokens of this key, or of any key if the token names none; empty if there is no such key. */
    Optional<JWTAuth> verifier(Object keyId) {
        if (verifier != null && (keyId == null || hasNameless || ids.contains(keyId))) {
            return Optional.of(verifier);
        }
        return Optional.empty();
    }

    /**
     * Returns whether a token that was not verified may be soon: its key is not known by its id, and the keys are being read
     * again, or could not be. The key of a known id is read again too, as it may be replaced, but most such tokens are expired.
     */
    boolean isExpected(Object keyId) {
        if (System.nanoTime() - refreshed > pauseNanos) {
            refresh();
        }
        boolean isKnown = keyId != null && ids.contains(keyId);
        return !isKnown && (isRefreshing() || isFailing);
    }

    private boolean isRefreshing() {
        return !refreshing.isComplete();
    }

    Future<Void> refresh() {
        if (isRefreshing()) {
            return refreshing;
        }
        refreshed = System.nanoTime();
        refreshing = (settings.isUrl() ? fetch() : vertx.fileSystem().readFile(settings.jwks()))
                .map(this::use)
                .transform((used, failure) -> {
                    // Once, as this repeats until the issuer is back.
                    if (failure != null && !isFailing) {
                        log.warn("Cannot read the signing keys of {}: {}", settings.issuer(), failure.getMessage());
                    }
                    isFailing = failure != null;
                    return Future.succeededFuture();
                });
        return refreshing;
    }

    private Future<Buffer> fetch() {
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setAbsoluteURI(settings.jwks())
                .setTimeout(TimeUnit.SECONDS.toMillis(TIMEOUT_SECONDS));
        SystemProxy.find(URI.create(settings.jwks())).ifPresent(options::setProxyOptions);
        return http.request(options).compose(request -> request.putHeader("accept", "application/json")
                .send()
                .compose(SigningKeys::body)
                .timeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .onFailure(cause -> request.reset()));
    }

    private static Future<Buffer> body(HttpClientResponse response) {
        if (response.statusCode() != 200) {
            return Future.failedFuture("status " + response.statusCode());
        }
        Buffer body = Buffer.buffer();
        response.handler(bytes -> {
            body.appendBuffer(bytes);
            if (body.length() > MAX_BYTES) {
                response.request().reset();
            }
        });
        return response.end()
                .map(body)
                .recover(cause -> body.length() > MAX_BYTES
                        ? Future.failedFuture("more than " + MAX_BYTES + " bytes")
                        : Future.failedFuture(cause));
    }

    private Void use(Buffer json) {
        if (verifier != null && json.equals(text)) {
            return null;
        }
        JsonArray found = new JsonObject(json).getJsonArray("keys", new JsonArray());
        List<JsonObject> usable = new ArrayList<>();
        Set<Object> usableIds = new HashSet<>();
        found.stream().limit(MAX_KEYS).forEach(key -> {
            if (key instanceof JsonObject jwk && isForSignatures(jwk)) {
                List<JsonObject> forms = ofEachAlgorithm(jwk);
                forms.removeIf(form -> !isSupported(form));
                usable.addAll(forms);
                if (!forms.isEmpty()) {
                    usableIds.add(jwk.getValue("kid"));
                }
            }
        });
        if (usable.isEmpty()) {
            // Without keys, Vert.x would accept tokens that are not signed.
            throw new IllegalStateException("no key for signatures among " + found.size());
        }
        verifier = verifier(usable);
        hasNameless = usableIds.remove(null);
        ids = usableIds;
        text = json;
        listener.run();
        log.info("Tokens of {} are checked with {} keys", settings.issuer(), usable.size());
        return null;
    }

    /** Symmetric keys are secrets, which no set of public keys has. */
    private static boolean isForSignatures(JsonObject jwk) {
        return List.of("RSA", "EC", "OKP").contains(String.valueOf(jwk.getValue("kty")))
                && "sig".equals(jwk.getValue("use", "sig"));
    }

    /** An RSA key that names no algorithm is for all of them; Vert.x would take it for one. */
    private List<JsonObject> ofEachAlgorithm(JsonObject jwk) {
        List<JsonObject> forms = new ArrayList<>();
        if ("RSA".equals(jwk.getValue("kty")) && !jwk.containsKey("alg")) {
            settings.algorithms().stream()
                    .filter(algorithm -> algorithm.matches("[RP]S.*"))
                    .forEach(algorithm -> forms.add(jwk.copy().put("alg", algorithm)));
        } else {
            forms.add(jwk);
        }
        return forms;
    }

    private boolean isSupported(JsonObject jwk) {
        try {
            verifier(List.of(jwk));
            return true;
        } catch (RuntimeException e) {
            log.debug("A key of {} is not supported: {}", settings.issuer(), e.getMessage());
            return false;
        }
    }

    private JWTAuth verifier(List<JsonObject> jwks) {
        JWTAuthOptions options = new JWTAuthOptions()
                .setJWTOptions(new JWTOptions()
                        .setIssuer(settings.issuer())
                        .setAudience(List.of(settings.audience()))
                        .setLeeway((int) settings.clockSkew().toSeconds()));
        jwks.forEach(options::addJwk);
        return JWTAuth.create(vertx, options);
    }
}
