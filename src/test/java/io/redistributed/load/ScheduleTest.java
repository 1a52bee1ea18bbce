package io.redistributed.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class ScheduleTest {

    @Test
    void steadyLoadIsEvenlySpaced() {
        Schedule schedule = new Schedule(1_000, 1);

        assertThat(IntStream.range(0, 4).mapToLong(schedule::at))
                .containsExactly(0L, 1_000_000L, 2_000_000L, 3_000_000L);
    }

    @Test
    void burstKeepsMeanRate() {
        Schedule schedule = new Schedule(100, 50);

        assertThat(IntStream.range(0, 50).mapToLong(schedule::at)).containsOnly(0L);
        assertThat(schedule.at(50)).isEqualTo(TimeUnit.MILLISECONDS.toNanos(500));
        assertThat(schedule.dueBefore(TimeUnit.SECONDS.toNanos(10))).isEqualTo(1_000);
    }

    @Property
    void asManyAreDueAsHaveAnEarlierTime(
            @ForAll @DoubleRange(min = 0.01, max = 1_000_000) double rate,
            @ForAll @IntRange(min = 1, max = 1_000) int burst,
            @ForAll @LongRange(min = 0, max = 10_000_000_000L) long nanos) {
        Schedule schedule = new Schedule(rate, burst);

        long due = schedule.dueBefore(nanos);

        assertThat(schedule.at(due)).isGreaterThanOrEqualTo(nanos);
        if (due > 0) {
            assertThat(schedule.at(due - 1)).isLessThan(nanos);
        }
    }
}
