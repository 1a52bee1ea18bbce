package io.redistributed.spring;

import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The globs of channel policies: {@code *} any characters, {@code ?} one. */
final class Globs {

    private Globs() {}

    static Predicate<String> matcher(String glob) {
        String regex = Pattern.quote(glob).replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q");
        return Pattern.compile(regex, Pattern.DOTALL).asMatchPredicate();
    }
}
