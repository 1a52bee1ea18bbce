package io.redistributed.queue;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PartitionTest {

    @Test
    void idHasPartition() {
        String id = new Partition(63).newId(Owner.NONE);

        assertThat(id).matches("63-[0-9a-f]{32}");
        assertThat(Partition.numberOf(id)).isEqualTo(63);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", "-1", "a-b", "1", "1234-5", "٣-1", " 1-2"})
    void invalidIdIsInFirstPartition(String text) {
        assertThat(Partition.numberOf(text)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"100000, 1, 100000", "100, 3, 34", "2, 3, 1", "0, 3, 0"})
    void partitionsDivideMaxWaiting(int maxWaiting, int partitions, int each) {
        QueueSettings settings = new QueueSettings(
                partitions,
                QueueFixture.RULES.lease(),
                QueueFixture.RULES.timeout(),
                3,
                2,
                QueueFixture.RULES.backoff(),
                QueueFixture.RULES.retention(),
                QueueFixture.RULES.maxStored(),
                maxWaiting,
                false);

        assertThat(settings.maxWaitingInPartition()).isEqualTo(each);
    }
}
