package io.redistributed.redis;

import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the failure of a command means for the one who sent it. */
enum Refusal {
    /** Another server is in charge, or the asked one takes itself for cut off from the others. */
    MISPLACED,
    /** The server cannot carry it out now, and did not. */
    LATER,
    /** The server has said no. */
    FINAL,
    /** Not a word of the server. */
    NONE;

    /** As OpenTelemetry's conventions call an error without a name. */
    private static final String NO_CODE = "_OTHER";

    private static final Set<String> MISPLACED_CODES = Set.of("READONLY", "MASTERDOWN", "CLUSTERDOWN");
    private static final Set<String> LATER_CODES = Set.of("LOADING", "BUSY", "NOREPLICAS", "ASK", "TRYAGAIN");

    /** Redis 6.2 wraps what a command in a script was told. */
    private static final Pattern CODE =
            Pattern.compile("(?:ERR Error running script .*: -)?([A-Z]+)\\b.*", Pattern.DOTALL);

    /** @param slot of the keys that are used; -1 if there is none, or no cluster */
    static Refusal of(Throwable cause, int slot) {
        if (!isServerError(cause)) {
            return NONE;
        }
        String code = code(cause);
        if (MISPLACED_CODES.contains(code) || String.valueOf(cause.getMessage()).startsWith("MOVED " + slot + " ")) {
            return MISPLACED;
        }
        return LATER_CODES.contains(code) ? LATER : FINAL;
    }

    /** The word in capitals that an error of the server begins with; {@value #NO_CODE} without one, empty if it is none. */
    static String code(Throwable cause) {
        if (!isServerError(cause)) {
            return "";
        }
        Matcher matcher = CODE.matcher(String.valueOf(cause.getMessage()));
        return matcher.matches() ? matcher.group(1) : NO_CODE;
    }

    // Vert.x gives a lost connection the same type as an error reply of the server.
    private static boolean isServerError(Throwable cause) {
        return cause instanceof Response reply
                && reply.type() == ResponseType.ERROR
                && !"CONNECTION_CLOSED".equals(cause.getMessage());
    }
}
