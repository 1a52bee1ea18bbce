package io.redistributed.generate;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the columns of a file that leave no doubt say about those that do.
 *
 * @param mark before fractions
 * @param markProven whether a column or the client says so; else it is what files with that separator usually have
 * @param order of day and month; null if no column says
 */
record Conventions(DecimalMark mark, boolean markProven, Moment.Order order) {

    /** @param given the mark as given by the client; null to find it out */
    static Conventions of(List<Profile> columns, char separator, DecimalMark given) {
        DecimalMark proven =
                given == null ? only(columns.stream().map(Profile::provenMark).collect(Collectors.toSet())) : given;
        DecimalMark usual =
                separator == ';' || separator == SeparatorDetector.NONE ? DecimalMark.COMMA : DecimalMark.POINT;
        return new Conventions(
                proven == null ? usual : proven,
                proven != null,
                only(columns.stream().map(Profile::provenOrder).collect(Collectors.toSet())));
    }

    private static <T> T only(Set<T> said) {
        List<T> different = said.stream().filter(Objects::nonNull).toList();
        return different.size() == 1 ? different.get(0) : null;
    }
}
