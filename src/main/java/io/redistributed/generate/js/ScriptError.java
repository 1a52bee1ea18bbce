package io.redistributed.generate.js;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * An error of a script, with its own stack.
 *
 * @param kind {@code script}, or what the script asks for: {@code invalid}, {@code retryable}
 * @param name the class of the error, such as {@code TypeError}
 * @param frames its calls, innermost first, without those of the prelude
 */
record ScriptError(String kind, String name, String message, List<String> frames) {

    private static final int MAX_FRAMES = 20;

    /** How the engine tells of an error that nothing caught. */
    private static final Pattern UNCAUGHT = Pattern.compile(
            "`Err` value: (?:Error:)?\\s*(?:\\[[^\\]]*\\])?:?(\\d+:\\d+)?\\s*(.*?)(\\n {4}at .*?)?\\s*(?:\\nnote: .*)?$",
            Pattern.DOTALL);

    /** The file name of code that is given to eval, as the prelude is. */
    private static final String PRELUDE = "<input>";

    private static final Pattern POSITION = Pattern.compile(":\\d+(?::\\d+)?\\)?$");

    static ScriptError of(String name, String message) {
        return new ScriptError("script", name, message, List.of());
    }

    static ScriptError of(JsonObject json, String file) {
        return new ScriptError(
                json.getString("kind", "script"),
                json.getString("name"),
                json.getString("message"),
                frames(json.getString("stack", ""), file));
    }

    /**
     * Returns what ended an engine.
     *
     * @param name class of an error in the script, which the engine does not tell
     * @param thrown what it threw
     * @param errors what it wrote
     */
    static ScriptError ofEnd(String name, RuntimeException thrown, String errors, String file) {
        String reason = String.valueOf(thrown.getMessage());
        if (reason.contains("stack exhausted") || reason.contains("out of bounds memory access")) {
            return of("InternalError", "too much recursion");
        }
        Matcher uncaught = UNCAUGHT.matcher(errors);
        if (!uncaught.find() || uncaught.group(2).equals("null")) {
            return of("InternalError", "out of memory (a script has " + ScriptMemory.MAX_PAGES / 16 + " MiB)");
        }
        List<String> frames = frames(uncaught.group(3) == null ? "" : uncaught.group(3), file);
        String position = uncaught.group(1);
        return new ScriptError(
                "script",
                name,
                uncaught.group(2),
                frames.isEmpty() && position != null ? List.of("at " + file + ':' + position) : frames);
    }

    private static List<String> frames(String stack, String file) {
        return stack.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.contains(PRELUDE))
                .limit(MAX_FRAMES)
                .map(line -> line.replace(Sandbox.FILE, file))
                .toList();
    }

    /** Returns file, position, class and message. */
    String headline(String file) {
        String position = frames.stream()
                .map(POSITION::matcher)
                .filter(Matcher::find)
                .findFirst()
                .map(found -> found.group().replace(")", ""))
                .orElse("");
        return file + position + ": " + name + ": " + message;
    }

    /** Returns the stack as lines that follow the headline; empty without one. */
    String stack() {
        return frames.stream().map(frame -> "\n    " + frame).collect(Collectors.joining());
    }
}
