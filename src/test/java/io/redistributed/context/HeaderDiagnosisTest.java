package io.redistributed.context;

import static org.assertj.core.api.Assertions.assertThat;

import io.redistributed.context.HeaderDiagnosis.Fault;
import io.redistributed.context.HeaderDiagnosis.Field;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** That it agrees with the codec is for {@link RandomInputTest} to say. */
class HeaderDiagnosisTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    ''                                                         | 0  | the message is empty
                    7b2261223a31                                               | 0  | 7b is not 00 of a binary header or f7 of an envelope
                    00                                                         | 1  | the message ends; a binary header has 29 bytes
                    00004bf92f3577b34da6a3ce929d000e47360134f067aa0ba902b702   | 28 | the message ends; a binary header has 29 bytes
                    00014bf92f3577b34da6a3ce929d000e47360134f067aa0ba902b70201 | 1  | 01 is not 00, the id of the trace id in a binary header
                    00004bf92f3577b34da6a3ce929d000e47360034f067aa0ba902b70201 | 18 | 00 is not 01, the id of the span id in a binary header
                    00004bf92f3577b34da6a3ce929d000e47360134f067aa0ba902b70301 | 27 | 03 is not 02, the id of the flags in a binary header
                    0000000000000000000000000000000000000134f067aa0ba902b70201 | 2  | the trace id is all zeros
                    00004bf92f3577b34da6a3ce929d000e47360100000000000000000201 | 19 | the span id is all zeros
                    f752                                                       | 2  | the message ends; an envelope begins with f7 52 44 01
                    f7004401                                                   | 1  | 00 is not 52, as in f7 52 44 01
                    f75244021f                                                 | 3  | 02 is not 01, the only version of the envelope
                    f7524401                                                   | 4  | the length of the fields is cut short
                    f75244019f                                                 | 4  | the length of the fields is cut short
                    f75244019f808000                                           | 4  | the length of the fields has more than 3 bytes
                    f7524401808080                                             | 4  | the length of the fields has more than 3 bytes
                    f7524401818001                                             | 4  | the fields have 16385 bytes, at most 16384 are allowed
                    f7524401808001                                             | 4  | the fields have 16384 bytes, the message has 0 more
                    f75244010500                                               | 4  | the fields have 5 bytes, the message has 1 more
                    f752440100                                                 | 5  | the fields end without field 0, the trace id
                    f75244011200104bf92f3577b34da6a3ce929d000e4736             | 23 | the fields end without field 1, the span id
                    f7524401120010000000000000000000000000000000000000         | 7  | the trace id is all zeros
                    f75244011c001000000000000000000000000000000000010834f067aa0ba902b7| 7  | the trace id is all zeros
                    f75244011c00104bf92f3577b34da6a3ce929d000e47360108000000000000000068| 25 | the span id is all zeros
                    f75244010a01080000000000000000                             | 15 | the fields end without field 0, the trace id
                    f75244010107                                               | 6  | the length of field 7 is cut short
                    f752440103078080                                           | 6  | the length of field 7 is cut short
                    f7524401050781808000                                       | 6  | the length of field 7 has more than 3 bytes
                    f752440103ff0aaa                                           | 6  | field 255 has 10 bytes, the fields have 1 more
                    f752440104000faabb                                         | 6  | field 0 has 15 bytes, the fields have 2 more
                    f75244010402020101                                         | 6  | field 2 has 2 bytes, must have 1
                    f752440106020101020101                                     | 8  | field 2 is repeated
                    """)
    void namesFirstWrongByte(String message, int offset, String reason) {
        HeaderDiagnosis diagnosis = HeaderDiagnosis.of(HexFormat.of().parseHex(message));

        assertThat(diagnosis.fault()).contains(new Fault(offset, reason));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0000000000000000a3ce929d000e4736", "4bf92f3577b34da60000000000000000"})
    void acceptsTraceIdWithZerosInOneHalf(String traceId) {
        for (String message : new String[] {
            "0000" + traceId + "0134f067aa0ba902b70201", "f75244011c0010" + traceId + "010834f067aa0ba902b7"
        }) {
            assertThat(HeaderDiagnosis.of(HexFormat.of().parseHex(message)).fault())
                    .as(message)
                    .isEmpty();
        }
    }

    @Test
    void listsAllFieldsOfEnvelope() {
        HeaderDiagnosis diagnosis = HeaderDiagnosis.of(HexFormat.of()
                .parseHex("f752440120ff02aabb00104bf92f3577b34da6a3ce929d000e4736010834f067aa0ba902b768"));

        assertThat(diagnosis.fault()).isEmpty();
        assertThat(diagnosis.fields()).containsExactly(new Field(255, 7, 2), new Field(0, 11, 16), new Field(1, 29, 8));
    }
}
