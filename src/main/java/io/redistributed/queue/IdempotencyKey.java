package io.redistributed.queue;

import io.redistributed.vertx.internal.VertxInternals;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Identifies a client's request, so that a repeated request does not make its reports twice. Stored for the retention
 * of the queue from its first use.
 */
public final class IdempotencyKey {

    private static final int MAX_LENGTH = 255;

    public static final IdempotencyKey NONE = new IdempotencyKey("", "");

    private final String name;
    private final String fingerprint;

    private IdempotencyKey(String name, String fingerprint) {
        this.name = name;
        this.fingerprint = fingerprint;
    }

    /**
     * Creates a key with a digest of the request. Do not call this on an event loop with a large body.
     *
     * @param text 1 to {@value #MAX_LENGTH} characters, chosen by the client
     * @param target target of the request, in one line
     * @param body body of the request; with the target it identifies the request
     * @throws IllegalArgumentException if the text is too short or too long
     */
    public static IdempotencyKey of(String text, String target, Buffer body) {
        MessageDigest fingerprint = digest(target);
        fingerprint.update(VertxInternals.bytes(body));
        return named(text).fingerprinted(fingerprint);
    }

    /**
     * Creates a key without a digest, for a request whose body is not complete; see {@link #fingerprinted}.
     *
     * @throws IllegalArgumentException if the text is too short or too long
     */
    public static IdempotencyKey named(String text) {
        if (text.isEmpty() || text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "an idempotency key has 1 to " + MAX_LENGTH + " characters, not " + text.length());
        }
        // The text may contain anything, so only its digest becomes part of a Redis key.
        return new IdempotencyKey(hex(sha256().digest(text.getBytes(StandardCharsets.UTF_8))), "");
    }

    /** Returns a digest of a request, to be updated with its body. */
    public static MessageDigest digest(String target) {
        MessageDigest digest = sha256();
        digest.update((target + '\n').getBytes(StandardCharsets.UTF_8));
        return digest;
    }

    /** Returns this key with the digest of the request, which is reset; {@link #NONE} stays as it is. */
    public IdempotencyKey fingerprinted(MessageDigest request) {
        return this == NONE ? NONE : new IdempotencyKey(name, hex(request.digest()));
    }

    /** Returns the key of one report of the request. */
    public IdempotencyKey ofPart(int index) {
        // The first part has the key of the request, so that a batch and a single report under one key conflict.
        return this == NONE || index == 0 ? this : new IdempotencyKey(name + ':' + index, fingerprint);
    }

    /** Returns the key of an owner: each has keys of its own. */
    IdempotencyKey of(Owner owner) {
        return this == NONE || owner == Owner.NONE
                ? this
                : new IdempotencyKey(
                        hex(sha256().digest((owner.name() + '\n' + name).getBytes(StandardCharsets.UTF_8))),
                        fingerprint);
    }

    /** Returns the partition of the key's report, below {@code partitions}. */
    int partition(int partitions) {
        return Math.floorMod(name.hashCode(), partitions);
    }

    /** Returns the text for the name of the Redis key; empty for no key. */
    String name() {
        return name;
    }

    /** Returns the digest of the request; empty for no key. */
    String fingerprint() {
        return fingerprint;
    }

    private static String hex(byte[] digest) {
        return HexFormat.of().formatHex(digest);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
