package io.redistributed.api.reports;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportJsonTest {

    @ParameterizedTest
    @CsvSource({
        "2026-11-22T08:00:53Z, 2026-11-22T08:00:53.000Z",
        "2026-11-22T08:00:53.3Z, 2026-11-22T08:00:53.300Z",
        "2026-11-22T08:00:53.304999Z, 2026-11-22T08:00:53.304Z"
    })
    void timesHaveMilliseconds(Instant time, String text) {
        assertThat(ReportJson.text(time)).isEqualTo(text);
    }
}
