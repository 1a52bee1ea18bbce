package io.redistributed.queue;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A client's name for a request, by which the request can be repeated without making its reports twice. Remembered for
 * the retention of the queue, from the first time on.
 */
public final class IdempotencyKey {

    public static final int MAX_LENGTH = 255;

    public static final IdempotencyKey NONE = new IdempotencyKey("", "");

    private final String name;
    private final String fingerprint;

    private IdempotencyKey(String name, String fingerprint) {
        this.name = name;
        this.fingerprint = fingerprint;
    }

    /**
     * Takes a digest of the request: a large one should not be given on an event loop.
     *
     * @param text 1 to {@value #MAX_LENGTH} characters, of the client's choice
     * @param target where the request went, in one line
     * @param body of the request; with the target it tells this request from others
     * @throws IllegalArgumentException if the text is too short or too long
     */
    public static IdempotencyKey of(String text, String target, Buffer body) {
        if (text.isEmpty() || text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "an idempotency key has 1 to " + MAX_LENGTH + " characters, not " + text.length());
        }
        MessageDigest fingerprint = sha256();
        fingerprint.update((target + '\n').getBytes(StandardCharsets.UTF_8));
        // Clients may write anything, so not even the text itself becomes part of a Redis key.
        return new IdempotencyKey(
                hex(sha256().digest(text.getBytes(StandardCharsets.UTF_8))), hex(fingerprint.digest(body.getBytes())));
    }

    /** The key of one of the reports that the request asks for. */
    public IdempotencyKey ofPart(int index) {
        // The first has the key of the request itself: a batch and a single report under one key are two requests.
        return this == NONE || index == 0 ? this : new IdempotencyKey(name + ':' + index, fingerprint);
    }

    /** Below {@code partitions}: the partition in which a request repeated under this key finds its report. */
    int partition(int partitions) {
        return Math.floorMod(name.hashCode(), partitions);
    }

    /** As in the name of its Redis key; empty for none. */
    String name() {
        return name;
    }

    /** Tells one request from another; empty for none. */
    String fingerprint() {
        return fingerprint;
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
