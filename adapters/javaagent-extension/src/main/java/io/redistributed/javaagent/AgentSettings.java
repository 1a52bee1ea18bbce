package io.redistributed.javaagent;

import io.redistributed.context.WireFormat;
import io.redistributed.pubsub.ChannelPolicy;
import io.redistributed.pubsub.Relation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The keys {@code otel.instrumentation.redis-pubsub*}, as system properties or environment variables. A value that is not
 * allowed is logged and the default taken: tracing never keeps a program from starting.
 */
final class AgentSettings {

    private static final String NAME = "otel.instrumentation.redis-pubsub";
    static final String PREFIX = NAME + '.';
    static final List<String> KEYS = List.of("write", "channels", "exclude-channels", "relation", "baggage");

    /** Notifications of Redis, Spring Session's events, and the channels of Redisson's own objects. */
    private static final String EXCLUDED = String.join(
            ",",
            "__*__:*",
            "spring:session:*",
            "redisson_*",
            "*redisson:tomcat_*",
            "jcache_*_channel:*",
            // {name}:topic or, if the name has a hash tag, tag{x}:name:topic.
            "*{*}*:topic",
            "*{*}*:adder-topic",
            "{*:org.redisson.executor.RemoteExecutorService}:*");

    private static final Logger log = Logger.getLogger(AgentSettings.class.getName());

    private AgentSettings() {}

    /** Returns false if all clients or this one are switched off. */
    static boolean isEnabled(String client) {
        return flag(PREFIX + "enabled", true) && flag(NAME + '-' + client + ".enabled", true);
    }

    /** The policy of channels that are written. */
    static ChannelPolicy policy() {
        Relation relation = constant("relation", Relation.PARENT);
        boolean baggage = flag(PREFIX + "baggage", relation != Relation.LINK);
        return new ChannelPolicy("*", constant("write", WireFormat.NONE), relation, baggage);
    }

    static Predicate<String> writtenChannels() {
        return globs("channels", "*");
    }

    /** The channels that are read, and written if they are among {@link #writtenChannels}. */
    static Predicate<String> channelFilter() {
        return globs("exclude-channels", EXCLUDED).negate();
    }

    private static Predicate<String> globs(String key, String fallback) {
        List<Pattern> globs = new ArrayList<>();
        for (String glob : text(PREFIX + key, fallback).split(",")) {
            if (!glob.isBlank()) {
                String regex =
                        Pattern.quote(glob.strip()).replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q");
                globs.add(Pattern.compile(regex, Pattern.DOTALL));
            }
        }
        return channel -> globs.stream().anyMatch(glob -> glob.matcher(channel).matches());
    }

    private static boolean flag(String property, boolean fallback) {
        String text = text(property, String.valueOf(fallback)).toLowerCase(Locale.ROOT);
        if (text.equals("true") || text.equals("false")) {
            return text.equals("true");
        }
        refuse(property, text, "true, false", fallback);
        return fallback;
    }

    private static <E extends Enum<E>> E constant(String key, E fallback) {
        String text = text(PREFIX + key, fallback.name());
        E[] allowed = fallback.getDeclaringClass().getEnumConstants();
        for (E constant : allowed) {
            if (constant.name().equalsIgnoreCase(text)) {
                return constant;
            }
        }
        String names = Arrays.stream(allowed)
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
        refuse(PREFIX + key, text, names, fallback.name().toLowerCase(Locale.ROOT));
        return fallback;
    }

    private static void refuse(String property, String text, String allowed, Object fallback) {
        log.warning(property + ": \"" + text + "\" is not allowed (use " + allowed + "), using " + fallback);
    }

    private static String text(String property, String fallback) {
        String text = System.getProperty(property);
        if (text == null) {
            text = System.getenv(property.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT));
        }
        return text == null || text.isBlank() ? fallback : text.strip();
    }
}
