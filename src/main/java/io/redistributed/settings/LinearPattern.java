package io.redistributed.settings;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import com.networknt.schema.regex.RegularExpression;

/**
 * A regular expression of a schema, matched in time linear in the text. The JDK's matcher backtracks, which takes exponential time with hostile patterns. Look-around and back-references are not supported.
 */
final class LinearPattern implements RegularExpression {

    /** Limits the {@link #size} of a pattern; matching takes time proportional to the size times the text. */
    static final int MAX_SIZE = 1_000;

    private static final int MAX_GROUPS_WITHIN_GROUPS = 50;

    private final Pattern pattern;
    private final int size;

    private LinearPattern(Pattern pattern, int size) {
        this.pattern = pattern;
        this.size = size;
    }

    /** @throws IllegalArgumentException if the pattern is invalid, has more than {@value #MAX_SIZE} steps, or nests too many groups */
    static LinearPattern of(String regex) {
        int size = new Measure(regex).group(0);
        try {
            return new LinearPattern(Pattern.compile(regex.replaceAll("\\\\u(\\p{XDigit}{4})", "\\\\x{$1}")), size);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "pattern \"" + regex + "\": " + e.getDescription()
                            + " (RE2 syntax, without look-around and back-references)",
                    e);
        }
    }

    @Override
    public boolean matches(String text) {
        return pattern.matcher(text).find();
    }

    /** Estimates the number of steps of the compiled pattern, with repetitions expanded. */
    int size() {
        return size;
    }

    /** Parses a pattern from left to right. */
    private static final class Measure {

        private final String regex;
        private int at;

        private Measure(String regex) {
            this.regex = regex;
        }

        private int group(int depth) {
            if (depth > MAX_GROUPS_WITHIN_GROUPS) {
                throw tooLarge("nests more than " + MAX_GROUPS_WITHIN_GROUPS + " groups");
            }
            int before = 0;
            int last = 0;
            while (at < regex.length()) {
                char c = regex.charAt(at++);
                if (c == ')') {
                    break;
                } else if (c == '{' && last > 0) {
                    last *= repetitions();
                } else {
                    before += last;
                    last = 1;
                    if (c == '(') {
                        last += group(depth + 1);
                    } else if (c == '[') {
                        skipClass();
                    } else if (c == '\\') {
                        skipEscape();
                    }
                }
                if (before + last > MAX_SIZE) {
                    throw tooLarge("is longer than " + MAX_SIZE + " steps, with repetitions expanded");
                }
            }
            return before + last;
        }

        /** Parses after a brace; returns 1 if the brace does not start a repetition. */
        private int repetitions() {
            int end = regex.indexOf('}', at);
            String inside = end < 0 ? "" : regex.substring(at, end);
            if (!inside.matches("\\d{1,4}(,\\d{0,4})?")) {
                return 1;
            }
            at = end + 1;
            String most = inside.substring(inside.indexOf(',') + 1);
            String least = inside.split(",")[0];
            return 1 + Math.max(Integer.parseInt(least), most.isEmpty() ? 0 : Integer.parseInt(most));
        }

        private void skipClass() {
            int first = at;
            while (at < regex.length() && (regex.charAt(at) != ']' || at == first)) {
                at += regex.charAt(at) == '\\' ? 2 : 1;
            }
            at++;
        }

        private void skipEscape() {
            boolean named =
                    at + 1 < regex.length() && "pPx".indexOf(regex.charAt(at)) >= 0 && regex.charAt(at + 1) == '{';
            int end = named ? regex.indexOf('}', at) : at;
            at = (end < 0 ? regex.length() : end) + 1;
        }

        private IllegalArgumentException tooLarge(String how) {
            String start = regex.length() > 40 ? regex.substring(0, 40) + "…" : regex;
            return new IllegalArgumentException("pattern \"" + start + "\" " + how);
        }
    }
}
