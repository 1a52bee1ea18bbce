package io.redistributed.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The messages of attempts, in the short form in which the model test speaks of them: {@code r1#2 no 7 after <span>}. */
final class Messages {

    static final String HEADER = "header";

    /** All of a message, so that what else were in it shows. */
    private static final Pattern MESSAGE = Pattern.compile(HEADER
            + "\\{\"id\":\"([^\"]*)\",\"type\":\"[^\"]*\"(?:,\"input\":\\d+)?,\"sequence\":(\\d+),\"attempt\":(\\d+)"
            + "(?:,\"previous\":\"([^\"]*)\")?}");

    private Messages() {}

    /** A reply of Redis with its messages in short form. */
    static Object readable(Object reply) {
        if (reply instanceof List<?> list) {
            List<Object> readable = new ArrayList<>(list.size());
            list.forEach(element -> readable.add(readable(element)));
            return readable;
        }
        if (reply instanceof String text) {
            Matcher message = MESSAGE.matcher(text);
            return message.matches()
                    ? shortForm(message.group(1) + "#" + message.group(3), message.group(2), message.group(4))
                    : text;
        }
        return reply;
    }

    /**
     * @param key {@code id#attempt}
     * @param sequence number of the message among those to its worker
     * @param previous span of the attempt before, or null
     */
    static String shortForm(String key, String sequence, String previous) {
        return key + " no " + sequence + (previous == null ? "" : " after " + previous);
    }

    /** @param message in short form */
    static long sequence(Object message) {
        return Long.parseLong(message.toString().split(" ")[2]);
    }

    /** The span of an attempt in tests. */
    static String span(String worker, String key) {
        return worker + "/" + key;
    }
}
