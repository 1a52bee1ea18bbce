package io.redistributed.generate.summary;

import static org.assertj.core.api.Assertions.assertThat;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SummaryCsvTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "=1+1",
                "+A1",
                "-A1",
                "@SUM(A1)",
                "-1+1",
                "-2 3",
                "=cmd|' /C calc'!A0",
                "\uFF1D1+1",
                "\uFF0BA",
                "\uFF0DA",
                "\uFF20A"
            })
    void escapesFormulas(String formula) throws IOException {
        NamedCsvRecord line = lines(formula, true).get(0);

        for (String field : List.of("name", "min", "max", "top")) {
            assertThat(line.getField(field)).isEqualTo("'" + formula);
        }
        assertThat(lines(formula, false).get(0).getField("min")).isEqualTo(formula);
    }

    @Test
    void escapesFormulasAfterOtherFieldEnds() throws IOException {
        assertThat(lines("x;=1+1", true).get(0).getField("top")).isEqualTo("x;'=1+1");
        assertThat(lines("x\n@A", true).get(0).getField("top")).isEqualTo("x\n'@A");
        assertThat(lines("x\t-A", true).get(0).getField("top")).isEqualTo("x\t'-A");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-5", "+5", "-1,234.56", "-1e-5", "plain", "a=b", "a@b.example", "5-3", "'quoted"})
    void keepsNumbersAndPlainText(String text) throws IOException {
        assertThat(lines(text, true).get(0).getField("top")).isEqualTo(text);
    }

    @Test
    void firstLineHasDialect() throws IOException {
        CsvSummary summary = Summaries.of("Report\na;b\nx;1,5\ny;NA;z\n");
        List<NamedCsvRecord> lines = lines(summary, true);

        assertThat(lines.get(0).getField("dialect"))
                .isEqualTo("UTF-8, separated by ';', names of columns in line 2, skipped lines: 1, decimal comma");
        assertThat(lines.get(0).getField("warnings").lines()).containsExactlyElementsOf(summary.warnings());
        assertThat(lines.get(1).getField("dialect")).isEmpty();
        assertThat(lines.get(1).getField("missingMarks")).isEqualTo("NA: 1");
    }

    private static List<NamedCsvRecord> lines(String text, boolean escape) throws IOException {
        String field = '"' + text + '"';
        return lines(Summaries.of(field + ",other\n" + field + ",word\n"), escape);
    }

    private static List<NamedCsvRecord> lines(CsvSummary summary, boolean escape) throws IOException {
        try (CsvReader<NamedCsvRecord> csv = CsvReader.builder()
                .ofNamedCsvRecord(new SummaryCsv(escape).write(summary).toString())) {
            return csv.stream().toList();
        }
    }
}
