package io.redistributed.generate.summary;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.DoubleConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

class TableTest {

    @Example
    void namesAndValuesAreRead() throws CsvException {
        Table table = read("a,b\n1,x\n2,x\n");

        assertThat(names(table)).containsExactly("a", "b");
        assertThat(table.rows()).isEqualTo(2);
        assertThat(frequencies(table, 0)).isEqualTo(Map.of("1", 1, "2", 1));
        assertThat(frequencies(table, 1)).isEqualTo(Map.of("x", 2));
        assertThat(table.warnings().list()).isEmpty();
    }

    @Example
    void commentsBelowTheTableAreNoRows() throws Exception {
        Table table = read("id,name,n\n1,A,5\n# so far\n2,B,6\n\n# source: office, 2025\n#\n");

        assertThat(table.rows()).isEqualTo(2);
        assertThat(frequencies(table, 0)).isEqualTo(Map.of("1", 1, "2", 1));
        assertThat(table.warnings().list())
                .containsExactly("lines skipped as comments, as they begin with # and have too few fields: 3,"
                        + " from line 3 on");
    }

    @Example
    void valuesThatBeginWithAHashAreValues() throws Exception {
        Table table = read("tag,n,m\n#a,1,2\n#b\n#c,3,4,5\n");

        assertThat(table.rows()).isEqualTo(3);
        assertThat(frequencies(table, 0)).isEqualTo(Map.of("#a", 1, "#b", 1, "#c", 1));
        assertThat(frequencies(read("n,m\n\"#1\"\n2,3\n"), 0)).isEqualTo(Map.of("#1", 1, "2", 1));
        assertThat(frequencies(read("tag\n#a\n#b\n"), 0)).isEqualTo(Map.of("#a", 1, "#b", 1));
    }

    @Example
    void progressListenerCanEndReading() {
        CancellationException unwanted = new CancellationException("cancelled");
        DoubleConsumer progress = done -> {
            throw unwanted;
        };

        assertThatThrownBy(() -> read("a,b\n1,2\n".getBytes(UTF_8), null, progress))
                .isSameAs(unwanted);
    }

    @Example
    void byteOrderMarkIsNotPartOfFirstName() throws CsvException {
        assertThat(names(read("\uFEFFa,b\n1,2\n"))).containsExactly("a", "b");
    }

    @Example
    void trimsInvisibleCharacters() throws CsvException {
        Table table = read("\uFEFF\uFEFFa ,\u00A0b\n\u00A0,\u200B5\u202F\n\uFEFF7\u00A0, \u2007x\u00A0y\u200E\n");

        assertThat(names(table)).containsExactly("a", "b");
        assertThat(frequencies(table, 0)).isEqualTo(Map.of("7", 1));
        assertThat(frequencies(table, 1)).isEqualTo(Map.of("5", 1, "x\u00A0y", 1));
    }

    @Example
    void linesEndWithCrLfOrCrOrLfAndTheLastNeedNot() throws CsvException {
        for (String csv : new String[] {"a,b\r\n1,2\r\n3,4", "a,b\r1,2\r3,4\r", "a,b\n1,2\n3,4\n\n"}) {
            Table table = read(csv);
            assertThat(table.rows()).isEqualTo(2);
            assertThat(frequencies(table, 1)).isEqualTo(Map.of("2", 1, "4", 1));
        }
    }

    @Example
    void quotedFieldsHoldNewlinesQuotesAndSeparators() throws CsvException {
        Table table = read("a,b\n\"one\ntwo\",\"say \"\"hi\"\", then go\"\n");

        assertThat(frequencies(table, 0)).isEqualTo(Map.of("one\ntwo", 1));
        assertThat(frequencies(table, 1)).isEqualTo(Map.of("say \"hi\", then go", 1));
    }

    @Example
    void fileCanEndInQuotedField() throws CsvException {
        for (String end : new String[] {"", "\n", "\r\n"}) {
            assertThat(frequencies(read("a\n\"x\ny\n\"" + end), 0)).isEqualTo(Map.of("x\ny", 1));
        }
    }

    @Example
    void finalCtrlZIsNoValue() throws CsvException {
        for (Charset charset : List.of(UTF_8, UTF_16LE, UTF_16BE)) {
            Table table = read("\uFEFFa\r\n1\u001a\r\n2\r\n\u001a".getBytes(charset), true, done -> {});

            assertThat(frequencies(table, 0)).isEqualTo(Map.of("1\u001a", 1, "2", 1));
        }
        String longValue = "x".repeat(65_533);
        assertThat(frequencies(read("a\n" + longValue + "\u001a"), 0)).isEqualTo(Map.of(longValue, 1));
    }

    @Example
    void blankAndTruncatedValuesAreMissing() throws CsvException {
        Table table = read("a,b,c\n1, ,\"\"\n 2 \n\n3,4,5\n");

        assertThat(table.rows()).isEqualTo(3);
        assertThat(frequencies(table, 0)).isEqualTo(Map.of("1", 1, "2", 1, "3", 1));
        assertThat(frequencies(table, 1)).isEqualTo(Map.of("4", 1));
        assertThat(table.warnings().list())
                .containsExactly("rows with fewer fields than there are columns: 1, from line 3 on; missing fields: 2");
    }

    @Example
    void extraFieldsAreLeftOutAndCounted() throws CsvException {
        Table table = read("a,b\n1,2\n1,2,3\n1,2,3,4\n");

        assertThat(names(table)).containsExactly("a", "b");
        assertThat(table.rows()).isEqualTo(3);
        assertThat(table.warnings().list())
                .containsExactly("rows with more fields than there are columns: 2, from line 3 on; fields left out: 3");
    }

    @Example
    void repeatedAndBlankNamesAreMadeUniqueAndReported() throws CsvException {
        Table table = read("a,,a,a_2,a\n1,2,3,4,5\n");

        assertThat(names(table)).containsExactly("a", "column_2", "a_3", "a_2", "a_4");
        assertThat(table.warnings().list())
                .containsExactly(
                        "column 2 has no name; here it is called 'column_2'",
                        "column 3 repeats the name 'a'; here it is called 'a_3'",
                        "column 5 repeats the name 'a'; here it is called 'a_4'");
    }

    @Example
    void withoutAHeaderTheFirstRecordIsARow() throws CsvException {
        Table table = read("1,2\n3,4\n".getBytes(UTF_8), false, done -> {});

        assertThat(names(table)).containsExactly("column_1", "column_2");
        assertThat(table.rows()).isEqualTo(2);
        assertThat(frequencies(table, 0)).isEqualTo(Map.of("1", 1, "3", 1));
        assertThat(table.warnings().list()).isEmpty();
    }

    @Example
    void aHeaderAloneIsATableWithoutRows() throws CsvException {
        for (String csv : new String[] {"a,b", "a,b\n", "a,b\r\n\r\n"}) {
            Table table = read(csv);
            assertThat(names(table)).containsExactly("a", "b");
            assertThat(table.rows()).isZero();
        }
    }

    @Example
    void anEmptyInputIsRefused() {
        assertThat(refusal("")).isEqualTo("the input is empty (expected a CSV file)");
        assertThat(refusal("\uFEFF\r\n\n")).isEqualTo("the input has only empty lines (expected a CSV file)");
    }

    @Example
    void unclosedQuoteIsRejectedWithPosition() {
        assertThat(refusal("a,b\n1,2\n3,\"4\n5,6\n"))
                .isEqualTo("line 3, field 2: the quote that opens the field is never closed");
        assertThat(refusal("a,b\n1,2\n\"3\"\""))
                .isEqualTo("line 3, field 1: the quote that opens the field is never closed");
        assertThat(refusal("a,\"b")).isEqualTo("line 1, field 2: the quote that opens the field is never closed");
        assertThat(refusal("a,\"")).isEqualTo("line 1, field 2: the quote that opens the field is never closed");
    }

    @Example
    void textAfterAClosingQuoteIsRefusedWithItsPlace() {
        assertThat(refusal("a,b\n\"1\n\",2\n3,\"4\"5\n"))
                .isEqualTo("line 4, field 2: Unexpected character after closing quote: '5' (0x35)");
    }

    @Example
    void brokenUtf8IsRefusedWithItsPlace() {
        byte[] latin1 = "name,city\nAda,London\nJos\u00e9,Lima\n".getBytes(ISO_8859_1);
        assertThat(refusal(latin1))
                .isEqualTo("line 3, character 4: the byte 0xE9 is not valid UTF-8; allowed are UTF-8 and UTF-16");

        byte[] cut = "a\n\u00e9".getBytes(UTF_8);
        assertThat(refusal(Arrays.copyOf(cut, cut.length - 1)))
                .isEqualTo("line 2, character 1: the byte 0xC3 is not valid UTF-8; allowed are UTF-8 and UTF-16");

        byte[] half = Arrays.copyOf("\uFEFFa\n1".getBytes(UTF_16LE), 9);
        assertThat(refusal(half))
                .isEqualTo("line 2, character 2: the byte 0x00 is not valid UTF-16LE; allowed are UTF-8 and UTF-16");
    }

    @Example
    void nulIsRejectedWithPosition() {
        assertThat(refusal("a,b\r\n1,\0\r\n")).isEqualTo("line 2, character 3: NUL characters are not allowed");
        assertThat(refusal("\uFEFFa,b\n1,\0".getBytes(UTF_16LE)))
                .isEqualTo("line 2, character 3: NUL characters are not allowed");
    }

    @Example
    void columnsAndFieldsAreLimited() throws CsvException {
        assertThat(read(columns(1_000)).columns()).hasSize(1_000);
        assertThat(refusal(columns(1_001))).isEqualTo("line 1, field 1001: at most 1000 columns are allowed");

        assertThat(refusal("a" + ",".repeat(100_000)))
                .isEqualTo("line 1, field 1001: at most 1000 columns are allowed");
        assertThat(read("a\n" + "x".repeat(900_000) + "\n").rows()).isEqualTo(1);
        assertThat(refusal("a,b\n1,\"" + "x\n".repeat(1_000_000)))
                .startsWith("line 2, field 2: The maximum buffer size of 1000000 is insufficient");
    }

    @Example
    void firstRowAndCommentsAreLimited() {
        String fields =
                "a,b," + Stream.generate(() -> "x".repeat(900_000)).limit(9).collect(Collectors.joining(","));
        String limit = "the first row, and rows that begin with #, may have at most 8000000 characters";

        assertThat(refusal(fields)).isEqualTo("line 1, field 11: " + limit);
        assertThat(refusal("1,2,3,4,5,6,7,8,9,10,11\n#" + fields)).isEqualTo("line 2, field 11: " + limit);
    }

    private static String columns(int count) {
        return IntStream.range(0, count).mapToObj(i -> "c" + i).collect(Collectors.joining(","));
    }

    @Example
    void charactersOfAnyWidthSurviveTheBuffersEdges() throws CsvException {
        String value = "\uD83D\uDE00\u00e9\u4e16x".repeat(20_000);
        for (int shift = 0; shift < 5; shift++) {
            String shifted = "y".repeat(shift) + value;
            assertThat(frequencies(read("a\n" + shifted), 0)).isEqualTo(Map.of(shifted, 1));
        }
    }

    @Example
    void progressRisesToTheEndInSteps() throws CsvException {
        List<Double> progress = new ArrayList<>();
        read("a,b\n".concat("1,2\n".repeat(500_000)).getBytes(UTF_8), true, progress::add);

        assertThat(progress).isSorted().endsWith(1.0).hasSizeBetween(50, 101);
    }

    @Example
    void aFieldThatSwallowsAllWithoutSeparatorIsRead() throws CsvException {
        byte[] csv = "\"\"\"\"\"\"\",\r\",,,\n".getBytes(UTF_8);

        assertThat(names(read(csv, true, done -> {}))).hasSize(4).startsWith("\"\"\",");
    }

    @Property(tries = 2_000)
    void anyBytesAreReadOrRefusedAsInvalidInput(@ForAll("csvLike") byte[] bytes) {
        try {
            Table table = read(bytes, null, done -> {});
            assertThat(table.columns()).isNotEmpty().allMatch(column -> column.count() <= table.rows());
        } catch (CsvException refused) {
            assertThat(refused).message().isNotEmpty();
        }
    }

    @Provide
    Arbitrary<byte[]> csvLike() {
        Arbitrary<Byte> structure =
                Arbitraries.of((byte) '"', (byte) ',', (byte) ';', (byte) '\n', (byte) '\r', (byte) 'a', (byte) ' ');
        Arbitrary<Byte> some = Arbitraries.frequencyOf(Tuple.of(60, structure), Tuple.of(1, Arbitraries.bytes()));
        return some.array(byte[].class).ofMaxSize(60);
    }

    /** The input is decoded in blocks of 64 KiB. */
    @Example
    void charactersMayBeSplitBetweenBlocks() throws CsvException {
        for (int length = 65_530; length <= 65_540; length++) {
            String padding = "x".repeat(length - 5);

            Table table = read("a\r\n" + padding + "\u20ac\ud83d\ude00\r\n1\r\n");

            assertThat(table.rows()).isEqualTo(2);
            assertThat(refusal(("a\r\n" + padding + "\u20ac\r\n12\0").getBytes(UTF_8)))
                    .startsWith("line 3, character 3: NUL");
            byte[] cut = Arrays.copyOf(("a\n" + padding + "\u20ac").getBytes(UTF_8), length - 1);
            assertThat(refusal(cut))
                    .startsWith("line 2, character " + (length - 4) + ": the byte 0xE2 is not valid UTF-8");
        }
    }

    private static Table read(String csv) throws CsvException {
        return read(csv.getBytes(UTF_8), true, done -> {});
    }

    private static Table read(byte[] csv, Boolean header, DoubleConsumer progress) throws CsvException {
        CsvBytes bytes = Csv.of(csv);
        return Table.read(bytes, Layout.of(bytes, null, header), Budget.ofReport(), progress);
    }

    private static String refusal(String csv) {
        return refusal(csv.getBytes(UTF_8));
    }

    private static String refusal(byte[] csv) {
        CsvException refused = catchThrowableOfType(CsvException.class, () -> read(csv, true, done -> {}));

        return refused.getMessage();
    }

    private static List<String> names(Table table) {
        return table.columns().stream().map(Column::name).toList();
    }

    private static Map<String, Integer> frequencies(Table table, int column) {
        return table.columns().get(column).frequencies().entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().count()));
    }
}
