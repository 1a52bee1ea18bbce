package io.redistributed.testing;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;

/** JSON Web Tokens, signed by the JDK alone. */
public final class JsonWebTokens {

    private JsonWebTokens() {}

    public static String set(JsonObject jwk) {
        return JsonObject.of("keys", JsonArray.of(jwk)).encode();
    }

    public static JsonObject claims() {
        return JsonObject.of(
                "iss",
                "https://id.example",
                "aud",
                JsonArray.of("other", "reports"),
                "sub",
                "alice",
                "exp",
                System.currentTimeMillis() / 1000 + 3600,
                "scope",
                "openid submit read");
    }

    public static JsonObject jwk(String id, KeyPair pair) {
        RSAPublicKey key = (RSAPublicKey) pair.getPublic();
        JsonObject jwk = JsonObject.of(
                "kty", "RSA", "use", "sig", "n", encoded(key.getModulus()), "e", encoded(key.getPublicExponent()));
        return id == null ? jwk : jwk.put("kid", id);
    }

    public static String token(String keyId, KeyPair pair, JsonObject claims) {
        JsonObject header = JsonObject.of("alg", "RS256", "typ", "JWT");
        if (keyId != null) {
            header.put("kid", keyId);
        }
        String signed = encoded(header.encode()) + "." + encoded(claims.encode());
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(pair.getPrivate());
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signed + "." + encoded(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String encoded(BigInteger number) {
        byte[] bytes = number.toByteArray();
        return encoded(bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
    }

    public static String encoded(String text) {
        return encoded(text.getBytes(StandardCharsets.UTF_8));
    }

    public static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
