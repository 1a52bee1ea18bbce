package io.redistributed.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The messages of attempts, in the short form in which the model test speaks of them: {@code r1#2 after <span>}. */
final class Messages {

    static final String HEADER = "header";

    /** All of a message, so that what else were in it shows; only the sequence number is anything. */
    private static final Pattern MESSAGE = Pattern.compile(
            HEADER + "\\{\"sequence\":\\d+,\"attempt\":(\\d+),(?:\"previous\":\"([^\"]*)\",)?\"id\":\"([^\"]*)\""
                    + "(?:,\"input\":true)?}");

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
            return message.matches() ? shortForm(message.group(3) + "#" + message.group(1), message.group(2)) : text;
        }
        return reply;
    }

    /**
     * @param key {@code id#attempt}
     * @param previous span of the attempt before, or null
     */
    static String shortForm(String key, String previous) {
        return key + (previous == null ? "" : " after " + previous);
    }

    /** What the tests take for the span of an attempt. */
    static String span(String worker, String key) {
        return worker + "/" + key;
    }
}
