package io.redistributed.generate.summary;

import com.fasterxml.jackson.annotation.JsonValue;

/** The decimal mark; the other mark may group digits. */
enum DecimalMark {
    POINT('.', ','),
    COMMA(',', '.');

    private final char mark;
    private final char group;

    DecimalMark(char mark, char group) {
        this.mark = mark;
        this.group = group;
    }

    static DecimalMark of(String mark) {
        return mark.equals(".") ? POINT : COMMA;
    }

    boolean is(char c) {
        return c == mark;
    }

    /** Returns whether {@code c} may separate groups of digits: the other mark, a space that is not a line break, or an apostrophe. */
    boolean groupsBy(char c) {
        return c == group || Numeral.isSpace(c) || c == '\'' || c == '\u2019';
    }

    @JsonValue
    String text() {
        return String.valueOf(mark);
    }

    /** Returns the text of the column's {@code format}. */
    String label() {
        return this == POINT ? "decimal point" : "decimal comma";
    }
}
