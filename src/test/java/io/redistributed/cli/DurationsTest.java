package io.redistributed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DurationsTest {

    @ParameterizedTest
    @CsvSource({
        "PT0S, 0 us",
        "PT0.000999999S, 999 us",
        "PT0.001S, 1.0 ms",
        "PT0.99994S, 999.9 ms",
        "PT0.99996S, 1.00 s",
        "PT59.99S, 59.99 s",
        "PT59.996S, 1m 00s",
        "PT61.4S, 1m 01s",
        "PT59M59.6S, 1h 00m",
        "PT1H29M31S, 1h 30m",
        "PT23H59M31S, 1d 00h",
        "PT119H59M59S, 5d 00h",
        "PT169H40M, 7d 02h",
    })
    void unitIsThatOfTheRoundedValue(Duration duration, String text) {
        assertThat(Durations.text(duration)).isEqualTo(text);
    }
}
