package io.redistributed.generate.summary;

/** The kind of a field's text, used to tell names from values. */
enum CellKind {
    MISSING,
    NUMBER,
    DATE,
    TRUTH,
    TEXT;

    static CellKind of(String field) {
        if (field.isEmpty() || MissingMarks.always(field)) {
            return MISSING;
        } else if (Numeral.read(field, DecimalMark.POINT) != null || Numeral.read(field, DecimalMark.COMMA) != null) {
            return NUMBER;
        } else if (isDate(field)) {
            return DATE;
        }
        return Profile.truth(field) == null ? TEXT : TRUTH;
    }

    private static boolean isDate(String field) {
        for (Moment.Order order : Moment.Order.values()) {
            if (Moment.read(field, order) != null) {
                return true;
            }
        }
        return false;
    }
}
