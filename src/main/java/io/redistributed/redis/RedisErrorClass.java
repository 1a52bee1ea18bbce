package io.redistributed.redis;

import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Classifies error replies by what the caller can do. */
enum RedisErrorClass {
    /** Another server is the master, or this one is partitioned from the others: the connection must be replaced. */
    MISPLACED,
    /** The server did not execute the command because of a temporary state. */
    LATER,
    /** The server refuses the command until an operator changes something: memory, disk, permissions, a key's type. */
    REFUSED,
    /** Any other error reply: the same command fails again. */
    FINAL,
    /** Not an error reply. */
    NONE;

    /** OpenTelemetry's {@code error.type} for an error without a name. */
    private static final String NO_CODE = "_OTHER";

    private static final Set<String> MISPLACED_CODES = Set.of("READONLY", "MASTERDOWN", "CLUSTERDOWN");
    private static final Set<String> LATER_CODES =
            Set.of("LOADING", "BUSY", "UNKILLABLE", "NOREPLICAS", "ASK", "TRYAGAIN");
    private static final Set<String> REFUSED_CODES =
            Set.of("OOM", "MISCONF", "NOAUTH", "WRONGPASS", "NOPERM", "EXECABORT", "WRONGTYPE");

    /** Prefix of the error of a command in a script, Redis 6.2. */
    private static final Pattern SCRIPT_PREFIX = Pattern.compile(
            "^ERR Error running script \\(call to \\w+\\): @user_script:\\d+: (?:@user_script: \\d+: )?-?");

    /** Suffix of the error of a command in a script, Redis 7 and Valkey. */
    private static final Pattern SCRIPT_SUFFIX = Pattern.compile(" script: \\w+, on @user_script:\\d+\\.\\s*$");

    /** Redis up to 7.0 has no code for a command that an ACL forbids in a script. */
    private static final Pattern FORBIDDEN_TO_SCRIPT = Pattern.compile(
            "^(?:ERR )?(?:The user executing the script can't|ACL failure in script).*", Pattern.DOTALL);

    private static final Pattern CODE = Pattern.compile("^([A-Z]+)\\b.*", Pattern.DOTALL);

    /** @param slot slot of the keys; -1 outside a cluster or without a hash tag */
    static RedisErrorClass of(Throwable cause, int slot) {
        if (!isServerError(cause)) {
            return NONE;
        }
        String code = code(cause);
        if (MISPLACED_CODES.contains(code) || text(cause).startsWith("MOVED " + slot + " ")) {
            return MISPLACED;
        }
        if (REFUSED_CODES.contains(code)) {
            return REFUSED;
        }
        return LATER_CODES.contains(code) ? LATER : FINAL;
    }

    /**
     * Returns the code at the start of a server error; {@value #NO_CODE} if it has none, empty if the failure is not a
     * server error.
     */
    static String code(Throwable cause) {
        if (!isServerError(cause)) {
            return "";
        }
        String text = text(cause);
        if (FORBIDDEN_TO_SCRIPT.matcher(text).matches()) {
            return "NOPERM";
        }
        Matcher matcher = CODE.matcher(text);
        if (matcher.matches()) {
            return matcher.group(1);
        }
        return String.valueOf(cause.getMessage()).startsWith("ERR ") ? "ERR" : NO_CODE;
    }

    /** Returns the server's message without the position in a script. */
    static String text(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        return SCRIPT_SUFFIX
                .matcher(SCRIPT_PREFIX.matcher(message).replaceFirst(""))
                .replaceFirst("")
                .strip();
    }

    // Vert.x uses the same exception type for a lost connection and an error reply.
    private static boolean isServerError(Throwable cause) {
        return cause instanceof Response reply
                && reply.type() == ResponseType.ERROR
                && !"CONNECTION_CLOSED".equals(cause.getMessage());
    }
}
