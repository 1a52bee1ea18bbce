package io.redistributed.redis;

import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What an error reply of the server means for the caller. */
enum RedisErrorClass {
    /** Another server is in charge, or this one is cut off from the others: the connection is of no more use. */
    MISPLACED,
    /** The server cannot execute the command at this moment; it has not. */
    LATER,
    /** The server refuses the command until an operator changes something: memory, disk, permissions, a key's type. */
    REFUSED,
    /** Any other error reply: the same command fails again. */
    FINAL,
    /** Not an error reply. */
    NONE;

    /** As OpenTelemetry's conventions call an error without a name. */
    private static final String NO_CODE = "_OTHER";

    private static final Set<String> MISPLACED_CODES = Set.of("READONLY", "MASTERDOWN", "CLUSTERDOWN");
    private static final Set<String> LATER_CODES =
            Set.of("LOADING", "BUSY", "UNKILLABLE", "NOREPLICAS", "ASK", "TRYAGAIN");
    private static final Set<String> REFUSED_CODES =
            Set.of("OOM", "MISCONF", "NOAUTH", "WRONGPASS", "NOPERM", "EXECABORT", "WRONGTYPE");

    /** Redis 6.2 puts the error of a command in a script behind this. */
    private static final Pattern SCRIPT_PREFIX = Pattern.compile(
            "^ERR Error running script \\(call to \\w+\\): @user_script:\\d+: (?:@user_script: \\d+: )?-?");

    /** Redis 7 and Valkey put this behind the error. */
    private static final Pattern SCRIPT_SUFFIX = Pattern.compile(" script: \\w+, on @user_script:\\d+\\.\\s*$");

    /** Redis up to 7.0 has no code for what an ACL forbids a script. */
    private static final Pattern FORBIDDEN_TO_SCRIPT = Pattern.compile(
            "^(?:ERR )?(?:The user executing the script can't|ACL failure in script).*", Pattern.DOTALL);

    private static final Pattern CODE = Pattern.compile("^([A-Z]+)\\b.*", Pattern.DOTALL);

    /** @param slot of the keys that are used; -1 if there is none, or no cluster */
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

    /** The word in capitals that an error of the server begins with; {@value #NO_CODE} without one, empty if it is none. */
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

    /** The server's words, without the place in a script. */
    static String text(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        return SCRIPT_SUFFIX
                .matcher(SCRIPT_PREFIX.matcher(message).replaceFirst(""))
                .replaceFirst("")
                .strip();
    }

    // Vert.x gives a lost connection the same type as an error reply of the server.
    private static boolean isServerError(Throwable cause) {
        return cause instanceof Response reply
                && reply.type() == ResponseType.ERROR
                && !"CONNECTION_CLOSED".equals(cause.getMessage());
    }
}
