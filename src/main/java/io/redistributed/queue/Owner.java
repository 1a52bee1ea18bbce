package io.redistributed.queue;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * The caller that submitted a report. The id of an owned report ends with a digest of the owner's name, so that who owns
 * a report is known without reading it.
 */
public final class Owner {

    /** Owns the reports that are submitted without authentication, whose ids have no digest. */
    public static final Owner NONE = new Owner("", "");

    /** 80 bits, so that no name can be found whose digest equals that of another. */
    private static final int TAG_BYTES = 10;

    private final String name;
    private final String tag;

    private Owner(String name, String tag) {
        this.name = name;
        this.tag = tag;
    }

    /** @param name unique among the callers, not empty */
    public static Owner of(String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("the name of an owner is empty");
        }
        byte[] digest = IdempotencyKey.sha256().digest(name.getBytes(StandardCharsets.UTF_8));
        return new Owner(name, '-' + HexFormat.of().formatHex(digest, 0, TAG_BYTES));
    }

    public String name() {
        return name;
    }

    /** Returns whether the id belongs to a report of this owner. {@link #NONE} owns no report. */
    public boolean owns(String id) {
        return !tag.isEmpty() && id.endsWith(tag);
    }

    /** Returns whether the report has an owner: the id of one without has a single hyphen. */
    static boolean isOwned(String id) {
        return id.indexOf('-') != id.lastIndexOf('-');
    }

    /** Returns the end of the ids of this owner's reports: a hyphen and 20 hex digits, or nothing. */
    String tag() {
        return tag;
    }

    @Override
    public String toString() {
        return name;
    }
}
