package io.redistributed.generate.summary;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Assigns unique column names: the given name, unless it is missing or a duplicate. */
final class ColumnNames {

    private ColumnNames() {}

    /**
     * @param given names in the file; empty if missing
     * @return one name per column, all different; generated names differ from all given names
     */
    static List<String> unique(List<String> given, Warnings warnings) {
        Set<String> taken = new HashSet<>(given);
        Set<String> used = new HashSet<>();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < given.size(); i++) {
            String name = given.get(i);
            boolean missing = name.isEmpty();
            if (missing || !used.add(name)) {
                String base = missing ? "column_" + (i + 1) : name;
                int copy = 2;
                String made = missing ? base : base + "_" + copy++;
                while (!taken.add(made)) {
                    made = base + "_" + copy++;
                }
                warnings.add("column " + (i + 1)
                        + (missing ? " has no name" : " repeats the name '" + Warnings.shortened(name) + "'")
                        + "; here it is called '" + Warnings.shortened(made) + "'");
                name = made;
            }
            names.add(name);
        }
        return names;
    }
}
