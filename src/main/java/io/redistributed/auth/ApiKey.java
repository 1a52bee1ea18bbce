package io.redistributed.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * API keys: {@code rd_} and 256 random bits in 43 characters of base64url. The configuration has the SHA-256 of a key. A
 * slow hash would add nothing, as 2<sup>256</sup> keys cannot be tried.
 */
public final class ApiKey {

    static final String PREFIX = "rd_";

    private static final int BYTES = 32;
    private static final Pattern HASH = Pattern.compile("sha256:[0-9a-f]{64}");

    private ApiKey() {}

    public static String random() {
        byte[] bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Returns {@code sha256:} and 64 hex digits, as in the configuration. */
    public static String hash(String key) {
        return "sha256:" + HexFormat.of().formatHex(digest(key));
    }

    static boolean isHash(String text) {
        return HASH.matcher(text).matches();
    }

    /** Returns the digest in a {@link #hash}. */
    static byte[] digestOf(String hash) {
        return HexFormat.of().parseHex(hash.substring(hash.indexOf(':') + 1));
    }

    static byte[] digest(String key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
