package io.redistributed.generate.summary;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NumeralTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "0              | 0          | 0",
                "-42            | -42        | -42",
                "+5             | 5          | 5",
                "\u22125        | -5         | -5",
                "2.50           | 2.5        | ",
                "2,50           |            | 2.5",
                ".5             | 0.5        | ",
                "1,234          | 1234       | 1.234",
                "1.234          | 1.234      | 1234",
                "1,234.56       | 1234.56    | ",
                "1.234,56       |            | 1234.56",
                "1,234,567      | 1234567    | ",
                "12,34,567.8    | 1234567.8  | ",
                "1 234,56       |            | 1234.56",
                "1\u00a0234\u00a0567,5 |      | 1234567.5",
                "1\u202f234     | 1234       | 1234",
                "1\u2009234.5   | 1234.5     | ",
                "1'234.50       | 1234.5     | ",
                "1\u2019234,50  |            | 1234.5",
                "€12            | 12         | 12",
                "-$1,234.50     | -1234.5    | ",
                "($1,234.50)    | -1234.5    | ",
                "12,50 €        |            | 12.5",
                "EUR 12.50      | 12.5       | ",
                "12 %           | 12         | 12",
                "(123)          | -123       | -123",
                "123-           | -123       | -123",
                "12.5-          | -12.5      | ",
                "1e5            | 1E5        | 1E5",
                "1,5E-3         |            | 0.0015",
                "1e308          | 1E308      | 1E308",
                "4.9e-324       | 4.9E-324   | ",
                "612345678901234567 | 612345678901234567 | 612345678901234567",
                "98765432109876543210 | 98765432109876543210 | 98765432109876543210"
            })
    void readsCommonNotations(String text, BigDecimal byPoint, BigDecimal byComma) {
        assertValue(Numeral.read(text, DecimalMark.POINT), byPoint);
        assertValue(Numeral.read(text, DecimalMark.COMMA), byComma);
    }

    private static void assertValue(Numeral read, BigDecimal expected) {
        if (expected == null) {
            assertThat(read).isNull();
        } else {
            assertThat(read.value()).isEqualByComparingTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "+",
                "(",
                "()",
                "%",
                "€",
                "abc",
                "1a",
                "007",
                "01234",
                "00.5",
                "-01",
                "+491701234567",
                "5.",
                ",",
                ".",
                "1,23",
                "1,2345.6",
                "1,234,56",
                "1,,234",
                ",123,456",
                "0,123,456",
                "1 2345",
                "1 234,567.8",
                "12 34",
                "1--",
                "--1",
                "(-1)",
                "-1-",
                "5 kg",
                "$5 €",
                "5 % %",
                "1e",
                "e5",
                "1e5e5",
                "1e1000",
                "1e-1000",
                "1e309",
                "1,234e5",
                "0x1F",
                "1_000",
                "1/2",
                "10:30",
                "NaN",
                "Infinity",
                "\u0661\u0662",
                "1 ",
                " 1",
                "1.2.3",
                "12.05.2026"
            })
    void rejectsOtherText(String text) {
        assertThat(Numeral.read(text, DecimalMark.POINT)).isNull();
    }

    @ParameterizedTest
    @CsvSource({"5, true, ", "5.0, false, ", "5e1, false, ", "€5, true, €", "5 EUR, true, EUR", "5.5%, false, %"})
    void keepsWholenessAndUnit(String text, boolean whole, String unit) {
        assertThat(Numeral.read(text, DecimalMark.POINT))
                .returns(whole, Numeral::whole)
                .returns(unit, Numeral::unit);
    }

    @Property
    void anyDoubleIsReadAsItIsPrinted(@ForAll double number) {
        Numeral read = Numeral.read(Double.toString(number), DecimalMark.POINT);

        if (Math.abs(number) <= 1e308) {
            assertThat(read.value()).isEqualByComparingTo(new BigDecimal(Double.toString(number)));
        }
    }

    @Property
    void anyWholeNumberIsReadToItsLastDigit(@ForAll BigInteger number) {
        assertThat(Numeral.read(number.toString(), DecimalMark.COMMA).value()).isEqualTo(new BigDecimal(number));
    }

    @Property
    void anyTextIsReadOrLeftAlone(@ForAll String text) {
        Numeral.read(text, DecimalMark.POINT);
        Numeral.read(text, DecimalMark.COMMA);
    }
}
