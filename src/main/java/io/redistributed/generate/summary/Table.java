package io.redistributed.generate.summary;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.DoubleConsumer;

/**
 * The columns of a CSV file. Empty values are missing. A {@link Budget} bounds the memory: columns that exceed it become
 * sketches, largest first.
 */
final class Table extends Records {

    private final Budget budget;
    private final List<Column> columns = new ArrayList<>();
    private Sketches.Size sketchSize;

    private Table(Layout layout, Budget budget) {
        super(layout);
        this.budget = budget;
    }

    /** Reads {@code csv} to the end, as {@link #readAll} does. */
    static Table read(CsvBytes csv, Layout layout, Budget budget, DoubleConsumer progress) {
        Table table = new Table(layout, budget);
        table.readAll(csv, progress);
        return table;
    }

    List<Column> columns() {
        return columns;
    }

    @Override
    void start(List<String> names) {
        names.forEach(name -> columns.add(new Column(name, budget)));
        sketchSize = Sketches.Size.of(names.size());
    }

    @Override
    void field(int index, String value) {
        Column column = columns.get(index);
        column.add(value);
        while (budget.isExceeded() && column.bytes() > sketchSize.bytes()) {
            Collections.max(columns, Comparator.comparingLong(Column::bytes)).sketch(sketchSize);
        }
    }

    @Override
    void endRow() {}
}
