package io.redistributed.auth;

import io.redistributed.settings.Settings;
import io.vertx.core.json.JsonObject;

/**
 * What one caller may use of one node: {@code auth.limits} of the configuration, and {@code limits} of a caller.
 *
 * @param requestsPerSecond requests in a second on average; twice as many at once
 * @param unfinished reports that the node accepted and that have not ended
 * @param unfinishedBytes inputs of these reports
 * @param streams open event streams
 * @param waits long polls at once
 * @param maxPriority highest priority of a report
 */
public record Limits(
        int requestsPerSecond, int unfinished, long unfinishedBytes, int streams, int waits, int maxPriority) {

    /** As for any client without authentication. */
    public static final Limits NONE =
            new Limits(Integer.MAX_VALUE, Integer.MAX_VALUE, Long.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, 9);

    private static final int MAX = 1_000_000;
    private static final long TIB = 1L << 40;

    /** @param defaults for what the object leaves out */
    static Limits from(JsonObject json, String place, Limits defaults) {
        Settings settings = new Settings(json, place)
                .allowing("requestsPerSecond", "unfinished", "unfinishedBytes", "streams", "waits", "maxPriority");
        return new Limits(
                number(settings, json, "requestsPerSecond", 1, MAX, defaults.requestsPerSecond),
                number(settings, json, "unfinished", 0, 10 * MAX, defaults.unfinished),
                settings.bytes("unfinishedBytes", defaults.unfinishedBytes, 1 << 10, TIB),
                number(settings, json, "streams", 0, MAX, defaults.streams),
                number(settings, json, "waits", 0, MAX, defaults.waits),
                number(settings, json, "maxPriority", 0, NONE.maxPriority, defaults.maxPriority));
    }

    /** Returns whether the reports of the caller have to be counted. */
    public boolean countsReports() {
        return unfinished != NONE.unfinished || unfinishedBytes != NONE.unfinishedBytes;
    }

    /** The default may be beyond what the configuration allows. */
    private static int number(Settings settings, JsonObject json, String key, int least, int most, int otherwise) {
        return json.containsKey(key) ? settings.integer(key, otherwise, least, most) : otherwise;
    }
}
