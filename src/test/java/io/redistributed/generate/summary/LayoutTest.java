package io.redistributed.generate.summary;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.redistributed.generate.summary.CsvSummary.ColumnSummary;
import java.nio.charset.Charset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LayoutTest {

    @ParameterizedTest
    @ValueSource(strings = {",", ";", "\t", "|"})
    void detectsSeparator(String separator) {
        assertThat(separator("a%sb%sc\n1%s2%s3\n".replace("%s", separator))).isEqualTo(separator.charAt(0));
    }

    @Test
    void prefersRegularSemicolonOverCommas() {
        assertThat(separator("1,5;2,5;3\n1;2,5;3\n")).isEqualTo(';');
        assertThat(separator("name;remark\nA;one, two, three\nB;four\n")).isEqualTo(';');
        assertThat(separator("Name, first, last;Age\nAda;36\n")).isEqualTo(';');
        assertThat(separator("name;date\nA;Jan 31, 2026\nB;Feb 1, 2026\nC;Mar 5, 2026\n"))
                .isEqualTo(';');
        assertThat(separator("a,b;c\n1,5;2\n2,5;3\n")).isEqualTo(';');
        assertThat(separator("# made by, office, in 2025, with care\nid;name\n1;A\n2;B\n"))
                .isEqualTo(';');
    }

    @Test
    void ignoresQuotedSeparators() {
        assertThat(separator("\"a;b;c\",d\n\"1;2\n;3\",4\n")).isEqualTo(',');
    }

    /** Read as one column, which stands for the separator U+001F, its first line has too many fields. */
    @Test
    void controlCharactersAreNoColumnOfDecimals() {
        String text = "a,b" + "\u001f".repeat(20_000) + "\n1,2\n";
        assertThat(Sample.of(text, SeparatorDetector.NONE, false).rows()).isEmpty();
        assertThat(separator(text)).isEqualTo(',');
    }

    @Test
    void detectsSeparatorOfRaggedRows() {
        assertThat(separator("a|b|c,\n1|2\n,3|4|5|6\n")).isEqualTo('|');
        assertThat(separator("a,b\n1,2\n1\n1,2,3\n\n4,5\n")).isEqualTo(',');
    }

    @Test
    void oneColumnHasNoSeparator() {
        assertThat(separator("a\n1\n")).isEqualTo(SeparatorDetector.NONE);
        assertThat(separator("")).isEqualTo(SeparatorDetector.NONE);
        CsvSummary prices = Summaries.of("price\n1,5\n2,5\n3,75\n");
        assertThat(prices.dialect().separator()).isNull();
        assertThat(prices.columns().get(0).max()).isEqualTo(3.75);
        assertThat(prices.warnings()).singleElement().asString().startsWith("the separator is not certain: none");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sep=;", "SEP=;", "\"sep=;\"", "sep=;;;", "\"sep=;\";;", "\uFEFFsep=;"})
    void readsExcelsSeparatorLine(String line) {
        CsvSummary summary = Summaries.of(line + "\r\nname;price\r\nA;1\r\nB;2\r\n");

        assertThat(names(summary)).containsExactly("name", "price");
        assertThat(summary.rows()).isEqualTo(2);
        assertThat(summary.dialect())
                .returns(";", Dialect::separator)
                .returns(2L, Dialect::headerLine)
                .returns(List.of(1L), Dialect::skippedLines);
    }

    @ParameterizedTest
    @CsvSource({"UTF-8, true", "UTF-16LE, true", "UTF-16BE, true", "UTF-16LE, false", "UTF-16BE, false"})
    void readsUnicode(String encoding, boolean mark) {
        byte[] csv = ((mark ? "\uFEFF" : "") + "name\tprice\nA\t1\nB\t2\n").getBytes(Charset.forName(encoding));

        CsvSummary summary = Summaries.of(csv, 10, 10, Budget.ofReport());

        assertThat(summary.dialect().encoding()).isEqualTo(encoding);
        assertThat(names(summary)).containsExactly("name", "price");
        assertThat(summary.columns().get(1).max()).isEqualTo(2L);
    }

    @Test
    void skipsTitlesAndComments() {
        CsvSummary summary = Summaries.of("# source: office\nSales report;;\n\nid;name;n\n1;A;5\n2;B;6\n");

        assertThat(names(summary)).containsExactly("id", "name", "n");
        assertThat(summary.rows()).isEqualTo(2);
        assertThat(summary.dialect().skippedLines()).containsExactly(1L, 2L);
        assertThat(summary.dialect().headerLine()).isEqualTo(4);
        assertThat(summary.warnings())
                .containsExactly(
                        "line 1 was skipped as a title or comment: '# source: office'",
                        "line 2 was skipped as a title or comment: 'Sales report'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "name\n1,2\n3,4,5\n6,7\n",
                ",a\n0,5\n1,6\n",
                "id,\n1,2\n",
                "#,name\n1,A\n2,B\n",
                "#\n1\n2\n",
                "region,2023,2024\nNorth,1,2\n",
                "1,2,3\n0.5,0.7,0.1\n",
                "a,b\n",
                "__proto__,constructor\n1,2\n"
            })
    void recognizesColumnNames(String csv) {
        CsvSummary summary = Summaries.of(csv);

        assertThat(summary.dialect().headerLine()).isEqualTo(1);
        String[] given = csv.lines().findFirst().orElseThrow().split(",");
        for (int i = 0; i < given.length; i++) {
            if (!given[i].isEmpty()) {
                assertThat(names(summary).get(i)).isEqualTo(given[i]);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Ann,5\nBob,6\n", "1,2\n3,4\n", "2026-01-01,x\n2026-01-02,y\n", "1,2\n", "# c\n1,2\n3,4\n"})
    void recognizesRowsWithoutNames(String csv) {
        CsvSummary summary = Summaries.of(csv);

        assertThat(summary.dialect().headerLine()).isNull();
        assertThat(names(summary)).containsExactly("column_1", "column_2");
        assertThat(summary.warnings()).last().asString().contains("read as values");
    }

    @Test
    void allowsSpacesBetweenSeparatorAndQuote() {
        CsvSummary summary = Summaries.of("a, \"b, c\", d\n1, \"x, y\", 3\n2, \"z, z\", 4\n");

        assertThat(names(summary)).containsExactly("a", "b, c", "d");
        assertThat(summary.columns().get(1).max()).isEqualTo("z, z");
        assertThat(names(Summaries.of("a,b\n1, \"nice\" one\n2,x\n"))).containsExactly("a", "b");
        assertThat(names(Summaries.of("a, \"" + "x\"\"".repeat(20_000) + "\"\n1,2\n")))
                .hasSize(2);
    }

    @Test
    void unambiguousColumnsDecideDecimalMark() {
        CsvSummary german = Summaries.of("a\tb\n1.234\t1,5\n5.678\t2,75\n");
        assertThat(german.columns().get(0).max()).isEqualTo(5678L);
        assertThat(german.dialect().decimalMark()).isEqualTo(DecimalMark.COMMA);
        assertThat(german.warnings()).isEmpty();

        CsvSummary unsaid = Summaries.of("a\tb\n1.234\tx\n5.678\ty\n");
        assertThat(unsaid.columns().get(0).max()).isEqualTo(5.678);
        assertThat(unsaid.warnings())
                .containsExactly(
                        "column 'a' was read with a decimal point, by which '1.234' is 1.234; set the parameter 'decimal' to choose");
    }

    private static char separator(String csv) {
        return Layout.of(Csv.of(csv.getBytes(UTF_8)), null, null).separator();
    }

    private static List<String> names(CsvSummary summary) {
        return summary.columns().stream().map(ColumnSummary::name).toList();
    }
}
