package io.redistributed.settings;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** What Jackson says about text that is not JSON or YAML, for people. */
public final class ParseErrors {

    private ParseErrors() {}

    /** One line: {@code line 3, column 7: what is wrong there}; without the place if there is none. */
    public static String text(JsonProcessingException error) {
        if (error.getCause() instanceof MarkedYAMLException yaml && yaml.getProblemMark() != null) {
            Mark mark = yaml.getProblemMark();
            return text(mark.getLine() + 1, mark.getColumn() + 1, yaml.getProblem());
        }
        String message = error.getOriginalMessage()
                // Places within the message hide the source, but say at length that they do.
                .replaceAll("\\[Source: [^\\]]*?line: (\\d+), column: (\\d+)\\]", "line $1, column $2")
                // Names of Jackson's own switches.
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
