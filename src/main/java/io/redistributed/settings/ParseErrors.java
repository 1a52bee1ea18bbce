package io.redistributed.settings;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;

/** What Jackson says about text that is not JSON or YAML, for people. */
public final class ParseErrors {

    private ParseErrors() {}

    /** One line: {@code line 3, column 7: what is wrong there}; without the place if there is none. */
    public static String text(JsonProcessingException error) {
        String message = error.getOriginalMessage()
                // Places within the message hide the source, but say at length that they do.
                .replaceAll("\\[Source: [^\\]]*?line: (\\d+), column: (\\d+)\\]", "line $1, column $2")
                .replaceAll(", from `[^`]*`", "")
                .replaceAll("\\s+", " ")
                .strip();
        JsonLocation location = error.getLocation();
        return location == null
                ? message
                : "line " + location.getLineNr() + ", column " + location.getColumnNr() + ": " + message;
    }
}
