package io.redistributed.context;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VarintTest {

    @ParameterizedTest
    @CsvSource({"0, 1", "127, 1", "128, 2", "16383, 2", "16384, 3", "2097151, 3"})
    void writesReservedBytes(int value, int length) {
        byte[] bytes = new byte[4];

        assertThat(Varint.lengthOf(value)).isEqualTo(length);
        assertThat(Varint.put(value, bytes, 1)).isEqualTo(1 + length);
        ByteBuffer in = ByteBuffer.wrap(bytes, 1, length);
        assertThat(Varint.read(in)).isEqualTo(value);
        assertThat(in.hasRemaining()).isFalse();
    }
}
