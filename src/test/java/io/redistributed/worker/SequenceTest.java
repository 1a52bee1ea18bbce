package io.redistributed.worker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SequenceTest {

    private final Sequence sequence = new Sequence();
    private final long first = sequence.latest();

    @Test
    void acceptsEachNumberOnce() {
        assertThat(sequence.take(first + 1)).isNull();
        assertThat(sequence.take(first + 1)).isEqualTo(RejectReason.REPLAYED);
    }

    @Test
    void acceptsNumbersOutOfOrder() {
        assertThat(sequence.take(first + 3)).isNull();
        assertThat(sequence.take(first + 1)).isNull();
        assertThat(sequence.take(first + 2)).isNull();
        assertThat(sequence.latest()).isEqualTo(first + 3);
    }

    @Test
    void detectsForgedNumbers() {
        assertThat(sequence.take(first)).isEqualTo(RejectReason.FORGED);
        assertThat(sequence.take(-1)).isEqualTo(RejectReason.FORGED);
        assertThat(sequence.take(first + Sequence.WINDOW + 1)).isEqualTo(RejectReason.FORGED);
        assertThat(sequence.latest()).isEqualTo(first);
    }

    @Test
    void detectsReplays() {
        for (long number = first + 1; number <= first + 3L * Sequence.WINDOW; number++) {
            assertThat(sequence.take(number)).isNull();
        }
        assertThat(sequence.take(first + 1)).isEqualTo(RejectReason.REPLAYED);
        assertThat(sequence.take(first + 2L * Sequence.WINDOW)).isEqualTo(RejectReason.REPLAYED);
        assertThat(sequence.take(first + 2L * Sequence.WINDOW + 1)).isEqualTo(RejectReason.REPLAYED);
    }

    @Test
    void acceptsSkippedNumbersAfterAJump() {
        for (long number = first + 1; number <= first + Sequence.WINDOW; number++) {
            assertThat(sequence.take(number)).isNull();
        }
        long jump = first + 2L * Sequence.WINDOW - 2;
        assertThat(sequence.take(jump)).isNull();

        assertThat(sequence.take(first + Sequence.WINDOW)).isEqualTo(RejectReason.REPLAYED);
        assertThat(sequence.take(first + Sequence.WINDOW - 1)).isEqualTo(RejectReason.REPLAYED);
        for (long skipped = first + Sequence.WINDOW + 1; skipped < jump; skipped++) {
            assertThat(sequence.take(skipped)).isNull();
        }
        assertThat(sequence.take(jump)).isEqualTo(RejectReason.REPLAYED);
    }
}
