package io.redistributed.queue;

import io.redistributed.redis.LuaScript;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The commands of Redis that a script may use, as its text says: those of its own lines and of all functions that these name.
 *
 * @param needed those that fail the script if an ACL forbids them
 * @param tolerated those whose errors the script handles
 */
public record ScriptCommands(Set<String> needed, Set<String> tolerated) {

    private static final Pattern FUNCTION = Pattern.compile("(?ms)^local function (\\w+)\\(.*?^end$");
    private static final Pattern LIST = Pattern.compile("local needed = .*\\n.*");
    private static final Pattern CALL = Pattern.compile("redis\\.(p?)call\\((?:'([A-Z]+)'|publish\\b)");
    private static final Pattern LISTED = Pattern.compile("\\b[A-Z]{2,}\\b");
    private static final Pattern WORD = Pattern.compile("\\w+");
    private static final Pattern COMMENT = Pattern.compile("(?m)--.*$");

    /** By the digest with which a service with default settings calls the script. */
    public static Map<String, ScriptCommands> byDigest() {
        Map<String, ScriptCommands> all = new LinkedHashMap<>();
        String constants = QueueScripts.constants(QueueSettings.DEFAULT, false);
        Stream.of(
                        QueueScripts.SUBMIT,
                        QueueScripts.CHUNK,
                        QueueScripts.INPUT,
                        QueueScripts.FINISH,
                        QueueScripts.HEARTBEAT,
                        QueueScripts.REAP,
                        QueueScripts.LEAVE,
                        QueueScripts.CANCEL,
                        QueueScripts.RETRY,
                        QueueScripts.WORKERS,
                        QueueScripts.FIGURES,
                        QueueScripts.PROBE,
                        QueueScripts.TYPES)
                .forEach(script -> all.put(script.after(constants).sha1(), of(script)));
        return all;
    }

    /** In lower case. */
    public Set<String> all() {
        Set<String> all = new TreeSet<>(needed);
        all.addAll(tolerated);
        return all;
    }

    private static ScriptCommands of(LuaScript script) {
        Map<String, String> bodies = new LinkedHashMap<>();
        String text = COMMENT.matcher(script.source()).replaceAll("");
        FUNCTION.matcher(text).results().forEach(found -> bodies.put(found.group(1), found.group()));
        text = FUNCTION.matcher(text).replaceAll("");
        ScriptCommands commands = new ScriptCommands(new TreeSet<>(), new TreeSet<>());
        Deque<String> next = new ArrayDeque<>(Set.of(text));
        while (!next.isEmpty()) {
            String body = next.pop();
            commands.add(body);
            WORD.matcher(body).results().forEach(word -> {
                String named = bodies.remove(word.group());
                if (named != null) {
                    next.push(named);
                }
            });
        }
        return commands;
    }

    private void add(String body) {
        LIST.matcher(body)
                .results()
                .flatMap(list -> LISTED.matcher(list.group()).results())
                .forEach(name -> needed.add(lower(name.group())));
        Matcher call = CALL.matcher(body);
        while (call.find()) {
            String command = call.group(2) == null ? "publish" : lower(call.group(2));
            (call.group(1).isEmpty() ? needed : tolerated).add(command);
        }
    }

    private static String lower(String command) {
        return command.toLowerCase(Locale.ROOT);
    }
}
