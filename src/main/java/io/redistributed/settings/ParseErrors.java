package io.redistributed.settings;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** Formats Jackson's parse errors for users. */
public final class ParseErrors {

    private ParseErrors() {}

    /** Returns one line: {@code line 3, column 7: error}; without the position if there is none. */
    public static String text(JsonProcessingException error) {
        if (error.getCause() instanceof MarkedYAMLException yaml && yaml.getProblemMark() != null) {
            Mark mark = yaml.getProblemMark();
            return text(mark.getLine() + 1, mark.getColumn() + 1, yaml.getProblem());
        }
        String message = error.getOriginalMessage()
                // Shortens positions within the message, which include a long note about the hidden source.
                .replaceAll("\\[Source: [^\\]]*?line: (\\d+), column: (\\d+)\\]", "line $1, column $2")
                // Removes names of Jackson's options.
                .replaceAll(", from `[^`]*`| \\(bound as `[^`]*`\\)|: not allowed as per `[^`]*`", "")
                .replaceAll("\\s+", " ")
                .strip();
        JsonLocation location = error.getLocation();
        return location == null ? message : text(location.getLineNr(), location.getColumnNr(), message);
    }

    private static String text(int line, int column, String message) {
        return "line " + line + ", column " + column + ": " + message;
    }
}
