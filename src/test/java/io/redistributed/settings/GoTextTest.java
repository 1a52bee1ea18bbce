package io.redistributed.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoTextTest {

    @ParameterizedTest
    @CsvSource({
        "0,            0",
        "-0,           0",
        "0s,           0",
        ".5s,          500000000",
        "1.s,          1000000000",
        "1.5s,         1500000000",
        "-1.5s,        -1500000000",
        "+3us,         3000",
        "3µs,          3000",
        "3μs,          3000",
        "1m30.918273645s, 90918273645",
        "1h1m1s1ms1us1ns, 3661001001001",
        "0.9ns,        0",
        "2562047h,     9223369200000000000",
    })
    void readsDurations(String text, long nanos) {
        assertThat(GoText.parseDuration(text)).isEqualTo(Duration.ofNanos(nanos));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "1.5", "s", ".s", "-", "1 s", "1s ", "1d", "1s1", "--1s", "1,5s", "٣s", "0x1s"})
    void rejectsOtherText(String text) {
        assertThatThrownBy(() -> GoText.parseDuration(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void rejectsDurationBeyondGosRange() {
        assertThatThrownBy(() -> GoText.parseDuration("2562048h")).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> GoText.parseDuration("1h".repeat(5_000_000))).isInstanceOf(ArithmeticException.class);
    }

    @Test
    void readsBooleans() {
        assertThat(GoText.parseBool("T")).isTrue();
        assertThat(GoText.parseBool("0")).isFalse();
        assertThatThrownBy(() -> GoText.parseBool("tRUE")).isInstanceOf(IllegalArgumentException.class);
    }
}
