package io.redistributed.generate.summary;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The number and date formats of a file, inferred from unambiguous columns and applied to ambiguous ones.
 *
 * @param mark decimal mark
 * @param markProven whether a column or the client determines the mark; else it is the usual one for the separator
 * @param order order of day and month; null if no column determines it
 */
record Conventions(DecimalMark mark, boolean markProven, Moment.Order order) {

    /** @param given mark from the client; null to detect it */
    static Conventions of(List<Profile> columns, char separator, DecimalMark given) {
        DecimalMark proven =
                given == null ? only(columns.stream().map(Profile::provenMark).collect(Collectors.toSet())) : given;
        return new Conventions(
                proven == null ? usual(separator) : proven,
                proven != null,
                only(columns.stream().map(Profile::provenOrder).collect(Collectors.toSet())));
    }

    /** Returns the usual decimal mark of files with this separator. */
    private static DecimalMark usual(char separator) {
        return separator == ';' || separator == SeparatorDetector.NONE ? DecimalMark.COMMA : DecimalMark.POINT;
    }

    private static <T> T only(Set<T> said) {
        List<T> different = said.stream().filter(Objects::nonNull).toList();
        return different.size() == 1 ? different.get(0) : null;
    }
}
