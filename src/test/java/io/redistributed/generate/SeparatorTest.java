package io.redistributed.generate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeparatorTest {

    @ParameterizedTest
    @ValueSource(strings = {",", ";", "\t", "|"})
    void theOneThatIsUsedIsFound(String separator) {
        assertThat(detect("a%sb%sc\n1%s2%s3\n".replace("%s", separator))).isEqualTo(separator.charAt(0));
    }

    @Test
    void decimalCommasAndProseDoNotHideASteadySemicolon() {
        assertThat(detect("1,5;2,5;3\n1;2,5;3\n")).isEqualTo(';');
        assertThat(detect("name;remark\nA;one, two, three\nB;four\n")).isEqualTo(';');
        assertThat(detect("Name, first, last;Age\nAda;36\n")).isEqualTo(';');
    }

    @Test
    void whatIsQuotedDoesNotCount() {
        assertThat(detect("\"a;b;c\",d\n\"1;2\n;3\",4\n")).isEqualTo(',');
    }

    @Test
    void raggedRowsLeaveItToTheFirstLine() {
        assertThat(detect("a|b|c,\n1|2\n,3|4|5|6\n")).isEqualTo('|');
    }

    @Test
    void emptyLinesDoNotCount() {
        assertThat(detect("\r\n\r\na;b\r\n\r\n1;2\r\n")).isEqualTo(';');
    }

    @Test
    void withoutAnyItIsTheComma() {
        assertThat(detect("")).isEqualTo(',');
        assertThat(detect("a\n1\n")).isEqualTo(',');
    }

    private static char detect(String csv) {
        return Separator.detect(csv.getBytes(UTF_8));
    }
}
