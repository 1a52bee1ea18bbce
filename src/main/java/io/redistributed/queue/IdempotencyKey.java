package io.redistributed.queue;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A client's name for a request, by which it can be repeated without making a second report. Remembered as long as the
 * retention of the queue.
 *
 * @param text 1 to {@value #MAX_LENGTH} characters, of the client's choice; null for none
 */
public record IdempotencyKey(String text) {

    public static final int MAX_LENGTH = 255;

    static final IdempotencyKey NONE = new IdempotencyKey(null);

    public IdempotencyKey {
        if (text != null && (text.isEmpty() || text.length() > MAX_LENGTH)) {
            throw new IllegalArgumentException("an idempotency key has 1 to " + MAX_LENGTH + " characters");
        }
    }

    /** As in the name of its Redis key: a digest, as clients may write anything; empty for none. */
    String digest() {
        return text == null ? "" : hex(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** What tells one request from another; empty if there is no key to remember it with. */
    String fingerprint(NewReport report) {
        if (text == null) {
            return "";
        }
        MessageDigest digest = sha256();
        digest.update(
                (report.type() + '\n' + report.timeout() + '\n' + report.priority() + '\n' + report.parameters() + '\n')
                        .getBytes(StandardCharsets.UTF_8));
        digest.update(report.input().getBytes());
        return hex(digest.digest());
    }

    private static String hex(byte[] digest) {
        return HexFormat.of().formatHex(digest);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
