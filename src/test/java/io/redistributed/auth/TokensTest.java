package io.redistributed.auth;

import static io.redistributed.testing.JsonWebTokens.claims;
import static io.redistributed.testing.JsonWebTokens.encoded;
import static io.redistributed.testing.JsonWebTokens.jwk;
import static io.redistributed.testing.JsonWebTokens.set;
import static io.redistributed.testing.JsonWebTokens.token;
import static io.redistributed.testing.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.redistributed.LogCapture;
import io.redistributed.settings.Settings;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetServer;
import io.vertx.junit5.VertxExtension;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(VertxExtension.class)
class TokensTest {

    private static KeyPair first;
    private static KeyPair second;

    @TempDir
    Path folder;

    @BeforeAll
    static void createKeys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        first = generator.generateKeyPair();
        second = generator.generateKeyPair();
    }

    @Test
    void acceptsTokenOfTheIssuer(Vertx vertx) throws Exception {
        Authenticator tokens = withKeyFile(vertx, jwk("a", first));

        Caller caller = tokens.authenticate(token("a", first, claims()));

        assertThat(caller.name()).isEqualTo("jwt:alice");
        assertThat(caller.rights()).containsExactlyInAnyOrder(Right.SUBMIT, Right.READ);
    }

    @Test
    void acceptsRightsAsAnArrayAndKeyWithoutId(Vertx vertx) throws Exception {
        Authenticator tokens = withKeyFile(vertx, jwk(null, first));
        JsonObject claims = claims().put("scope", JsonArray.of("operate", "other", 1));

        assertThat(tokens.authenticate(token(null, first, claims)).rights()).containsExactly(Right.OPERATE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'iss': 'https://other.example'} | issuer",
                "{'aud': 'other'} | audience",
                "{'exp': 1000000000} | expired",
                "{'exp': null} | exp",
                "{'exp': 'tomorrow'} | token",
                "{'nbf': 99999999999} | expired",
                "{'sub': null} | sub",
                "{'sub': ''} | sub",
                "{'sub': 1} | sub",
            })
    void refusesOtherClaims(String change, String reason, Vertx vertx) {
        Authenticator tokens = withKeyFile(vertx, jwk("a", first));
        JsonObject claims = claims().mergeIn(new JsonObject(change.replace('\'', '"')));
        claims.getMap().values().removeIf(value -> value == null);

        assertRefused(tokens, token("a", first, claims), reason);
    }

    @Test
    void refusesOtherSignatures(Vertx vertx) throws Exception {
        Authenticator tokens = withKeyFile(vertx, jwk("a", first));
        String token = token("a", first, claims());
        String[] parts = token.split("\\.");
        String changed =
                parts[0] + "." + encoded(claims().put("scope", "operate").encode()) + "." + parts[2];

        assertRefused(tokens, token("a", second, claims()), "signature");
        assertRefused(tokens, changed, "signature");
        assertRefused(tokens, parts[0] + "." + parts[1] + ".", "signature");
        assertRefused(tokens, parts[0] + "." + parts[1], "neither");
        assertRefused(tokens, "a.b.c", "malformed");
        assertRefused(tokens, unsigned("none"), "algorithm");
        assertRefused(tokens, unsigned("None"), "algorithm");
        assertRefused(tokens, signedWithPublicKey(), "algorithm");
        assertRefused(tokens, token("b", first, claims()), "unknown");
        assertThat(tokens.authenticate(token).name()).isEqualTo("jwt:alice");
    }

    /** A key for one algorithm is for no other, even if others are allowed. */
    @Test
    void keyOfOneAlgorithmVerifiesNoOther(Vertx vertx) {
        Authenticator tokens = withKeyFile(vertx, jwk("a", first).put("alg", "PS256"));

        assertRefused(tokens, token("a", first, claims()), "signature");
    }

    @Test
    void symmetricKeysAndEmptySetsAreNotUsed(Vertx vertx) {
        Authenticator tokens =
                withKeyFile(vertx, JsonObject.of("kty", "oct", "kid", "a", "k", encoded("secret"), "alg", "HS256"));

        assertRefused(tokens, unsigned("none"), "algorithm");
        assertRefused(tokens, token("a", first, claims()), "unknown");
    }

    @Test
    void followsRotationOfKeys(Vertx vertx) throws Exception {
        AtomicReference<String> set = new AtomicReference<>(set(jwk("a", first)));
        HttpServer issuer = await(vertx.createHttpServer()
                .requestHandler(request -> request.response().end(set.get()))
                .listen(0, "127.0.0.1"));
        SigningKeys keys = new SigningKeys(vertx, jwt("http://127.0.0.1:" + issuer.actualPort() + "/keys"));
        JwtVerifier tokens = new JwtVerifier(jwt("x"), Limits.NONE, keys);
        await(keys.start());
        assertThat(tokens.verify(token("a", first, claims())).name()).isEqualTo("jwt:alice");

        set.set(set(jwk("b", second)));
        await(keys.refresh());

        assertThat(tokens.verify(token("b", second, claims())).name()).isEqualTo("jwt:alice");
        assertThatThrownBy(() -> tokens.verify(token("a", first, claims())))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("unknown");
    }

    @Test
    void keepsKeysWhileTheIssuerIsAway(Vertx vertx) throws Exception {
        HttpServer issuer = await(vertx.createHttpServer()
                .requestHandler(request -> request.response().end(set(jwk("a", first))))
                .listen(0, "127.0.0.1"));
        SigningKeys keys = new SigningKeys(vertx, jwt("http://127.0.0.1:" + issuer.actualPort() + "/keys"));
        JwtVerifier tokens = new JwtVerifier(jwt("x"), Limits.NONE, keys);
        await(keys.start());
        await(issuer.close());

        await(keys.refresh());

        assertThat(tokens.verify(token("a", first, claims())).name()).isEqualTo("jwt:alice");
    }

    @Test
    void unknownKeyIsTemporaryUntilKeysAreRead(Vertx vertx) {
        Promise<Void> answer = Promise.promise();
        AtomicReference<String> set = new AtomicReference<>("");
        HttpServer issuer = await(vertx.createHttpServer()
                .requestHandler(request ->
                        answer.future().onSuccess(now -> request.response().end(set.get())))
                .listen(0, "127.0.0.1"));
        SigningKeys keys = new SigningKeys(vertx, jwt("http://127.0.0.1:" + issuer.actualPort() + "/keys"));
        JwtVerifier tokens = new JwtVerifier(jwt("x"), Limits.NONE, keys);
        Future<Void> reading = keys.start();

        RejectedException early =
                catchThrowableOfType(RejectedException.class, () -> tokens.verify(token("a", first, claims())));
        answer.complete();
        await(reading);
        RejectedException failed =
                catchThrowableOfType(RejectedException.class, () -> tokens.verify(token("a", first, claims())));
        set.set(set(jwk("b", second)));
        await(keys.refresh());
        RejectedException late =
                catchThrowableOfType(RejectedException.class, () -> tokens.verify(token("a", first, claims())));

        assertThat(early.isTemporary()).isTrue();
        assertThat(failed.isTemporary()).isTrue();
        assertThat(late.isTemporary()).isFalse();
    }

    @Test
    void unknownKeysAreNotLookedUpOneByOne(Vertx vertx) throws Exception {
        AtomicInteger reads = new AtomicInteger();
        HttpServer issuer = await(vertx.createHttpServer()
                .requestHandler(request -> {
                    reads.incrementAndGet();
                    request.response().end(set(jwk("a", first)));
                })
                .listen(0, "127.0.0.1"));
        SigningKeys keys = new SigningKeys(vertx, jwt("http://127.0.0.1:" + issuer.actualPort() + "/keys"));
        await(keys.start());

        for (int i = 0; i < 1_000; i++) {
            assertThat(keys.verifier("unknown" + i)).isEmpty();
            keys.isExpected("unknown" + i);
        }
        await(keys.refresh());

        assertThat(keys.verifier("a")).isPresent();
        assertThat(reads.get()).isBetween(1, 20);
    }

    /** A key without an id may be the one that a token names, so that its successor is looked for, too. */
    @ParameterizedTest
    @CsvSource({"b,", "b, b", ","})
    void followsRotationOfKeysWithoutIds(String named, String successor, Vertx vertx) throws Exception {
        AtomicReference<Future<String>> set = new AtomicReference<>(Future.succeededFuture(set(jwk(null, first))));
        HttpServer issuer = await(vertx.createHttpServer()
                .requestHandler(request -> set.get().onSuccess(request.response()::end))
                .listen(0, "127.0.0.1"));
        SigningKeys keys = new SigningKeys(vertx, jwt("http://127.0.0.1:" + issuer.actualPort() + "/keys"), 0);
        JwtVerifier tokens = new JwtVerifier(jwt("x"), Limits.NONE, keys);
        await(keys.start());
        assertThat(tokens.verify(token(named, first, claims())).name()).isEqualTo("jwt:alice");

        Promise<String> answer = Promise.promise();
        set.set(answer.future());
        String token = token(named, second, claims());
        assertThat(refusal(tokens, token).isTemporary()).isTrue();
        answer.complete(set(jwk(successor, second)));
        await(keys.refresh());

        assertThat(tokens.verify(token).name()).isEqualTo("jwt:alice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"9223372036854775807", "9223372036854775", "1e300", "253402300799"})
    void distantExpiryIsInTheFuture(String seconds, Vertx vertx) throws Exception {
        Authenticator tokens = withKeyFile(vertx, jwk("a", first));
        JsonObject claims = claims().mergeIn(new JsonObject("{\"exp\":" + seconds + "}"));

        assertThat(tokens.authenticate(token("a", first, claims)).expires()).isGreaterThan(System.currentTimeMillis());
    }

    @Test
    void longKeySetIsNotRead(Vertx vertx) {
        HttpServer issuer = await(vertx.createHttpServer()
                .requestHandler(request -> request.response().end(" ".repeat(1 << 19)))
                .listen(0, "127.0.0.1"));
        SigningKeys keys = new SigningKeys(vertx, jwt("http://127.0.0.1:" + issuer.actualPort() + "/keys"));

        try (LogCapture log = new LogCapture()) {
            await(keys.start());
            assertThat(log.complaints()).singleElement().asString().contains("more than 262144 bytes");
        }
        assertThat(keys.verifier("a")).isEmpty();
    }

    @Test
    void refusedTokenOfAKnownKeyIsFinal(Vertx vertx) {
        SigningKeys keys = new SigningKeys(vertx, jwt(keyFile(jwk("a", first)).toString()), 0);
        JwtVerifier tokens = new JwtVerifier(jwt("x"), Limits.NONE, keys);
        await(keys.start());

        assertThat(refusal(tokens, token("a", second, claims())).isTemporary()).isFalse();
    }

    @Test
    void keyReplacedUnderTheSameIdIsReadAgain(Vertx vertx) throws Exception {
        SigningKeys keys = new SigningKeys(vertx, jwt(keyFile(jwk("a", first)).toString()), 0);
        JwtVerifier tokens = new JwtVerifier(jwt("x"), Limits.NONE, keys);
        await(keys.start());
        keyFile(jwk("a", second));
        Promise<Void> changed = Promise.promise();
        keys.onChange(changed::complete);

        assertThat(refusal(tokens, token("a", second, claims())).isTemporary()).isFalse();
        await(changed.future());

        assertThat(tokens.verify(token("a", second, claims())).name()).isEqualTo("jwt:alice");
    }

    @Test
    void keysAreReadThroughTheProxy(Vertx vertx) {
        Promise<String> asked = Promise.promise();
        NetServer proxy = await(vertx.createNetServer()
                .connectHandler(socket -> socket.handler(bytes -> {
                    asked.tryComplete(bytes.toString());
                    socket.close();
                }))
                .listen(0, "127.0.0.1"));
        System.setProperty("https.proxyHost", "127.0.0.1");
        System.setProperty("https.proxyPort", String.valueOf(proxy.actualPort()));
        try {
            await(new SigningKeys(vertx, jwt("https://id.example/keys")).start());
        } finally {
            System.clearProperty("https.proxyHost");
            System.clearProperty("https.proxyPort");
        }

        assertThat(await(asked.future())).startsWith("CONNECT id.example:443 ");
    }

    private static RejectedException refusal(JwtVerifier tokens, String token) {
        return catchThrowableOfType(RejectedException.class, () -> tokens.verify(token));
    }

    private static void assertRefused(Authenticator tokens, String token, String reason) {
        assertThatThrownBy(() -> tokens.authenticate(token))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining(reason);
    }

    private Authenticator withKeyFile(Vertx vertx, JsonObject jwk) {
        JsonObject jwt = json(keyFile(jwk).toString());
        return await(Authenticator.start(vertx, AuthSettings.from(new Settings(JsonObject.of("jwt", jwt), "auth."))));
    }

    private Path keyFile(JsonObject jwk) {
        try {
            return Files.writeString(folder.resolve("jwks.json"), set(jwk));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static JwtSettings jwt(String jwks) {
        return JwtSettings.from(new Settings(json(jwks), "auth.jwt."));
    }

    private static JsonObject json(String jwks) {
        return JsonObject.of("jwks", jwks, "issuer", "https://id.example", "audience", "reports");
    }

    private static String unsigned(String algorithm) {
        return encoded("{\"alg\":\"" + algorithm + "\"}") + "." + encoded(claims().encode()) + ".x";
    }

    /** The attack that takes a public key for a shared secret. */
    private static String signedWithPublicKey() throws GeneralSecurityException {
        String signed = encoded("{\"alg\":\"HS256\",\"kid\":\"a\"}") + "." + encoded(claims().encode());
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(first.getPublic().getEncoded(), "HmacSHA256"));
        return signed + "." + encoded(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
    }
}
