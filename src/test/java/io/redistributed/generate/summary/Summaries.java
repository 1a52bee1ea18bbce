package io.redistributed.generate.summary;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Summaries of small files, as the generator makes them without parameters. */
final class Summaries {

    private Summaries() {}

    static CsvSummary of(String csv) {
        return of(csv, 10, 10);
    }

    static CsvSummary of(String csv, int top, int bins) {
        return of(csv.getBytes(UTF_8), top, bins, Budget.ofReport());
    }

    static CsvSummary of(byte[] csv, int top, int bins, Budget budget) {
        CsvBytes bytes = Csv.of(csv);
        try {
            Table table = Table.read(bytes, Layout.of(bytes, null, null), budget, done -> {});
            return CsvSummary.of(table, top, bins, null, done -> {});
        } catch (CsvException refused) {
            throw new AssertionError(refused);
        }
    }
}
