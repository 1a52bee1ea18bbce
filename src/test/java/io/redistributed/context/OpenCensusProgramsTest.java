package io.redistributed.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks that OpenCensus for Node and Go and this codec read each other's output. The programs are in
 * {@code src/test/interop}; {@code scripts/interop.sh} prepares them, otherwise they are skipped.
 */
class OpenCensusProgramsTest {

    private static final Logger log = LoggerFactory.getLogger(OpenCensusProgramsTest.class);
    private static final int CONTEXTS = 1_000;
    private static final HexFormat HEX = HexFormat.of();
    private static final byte[] PAYLOAD = {0, 0, 'h', 'i', -1};

    @TempDir
    private Path folder;

    private final Random random = new Random(29);

    /** The command of a program, with its file last. */
    private enum Program {
        NODE("node", "target/interop/node/opencensus.js"),
        GO("target/interop/opencensus-go");

        private final List<String> command;

        Program(String... command) {
            this.command = List.of(command);
        }
    }

    @ParameterizedTest
    @EnumSource
    void readsOutputOfProgram(Program program) throws Exception {
        List<SpanContext> sent = randomContexts();

        List<String> written = answers(
                program,
                sent.stream()
                        .map(context -> "write " + context.getTraceId() + ' ' + context.getSpanId() + ' '
                                + (context.getTraceFlags().asByte() & 0xFF))
                        .toList());

        for (int i = 0; i < CONTEXTS; i++) {
            DecodedMessage decoded = TraceCodec.decode(HEX.parseHex(written.get(i) + HEX.formatHex(PAYLOAD)));
            assertThat(decoded.kind()).isEqualTo(DecodedMessage.Kind.BINARY);
            assertThat(decoded.spanContext().getTraceId()).isEqualTo(sent.get(i).getTraceId());
            assertThat(decoded.spanContext().getSpanId()).isEqualTo(sent.get(i).getSpanId());
            assertThat(decoded.spanContext().isSampled()).isEqualTo(sent.get(i).isSampled());
            assertThat(Messages.bodyOf(decoded)).isEqualTo(PAYLOAD);
        }
    }

    @ParameterizedTest
    @EnumSource
    void programReadsOutput(Program program) throws Exception {
        List<SpanContext> sent = randomContexts();

        List<String> read = answers(
                program,
                sent.stream()
                        .map(context -> new MessageContext(context, Baggage.empty(), 0, null))
                        .map(context -> "read " + HEX.formatHex(TraceCodec.header(WireFormat.BINARY, context)))
                        .toList());

        assertThat(read)
                .isEqualTo(sent.stream()
                        .map(context ->
                                context.getTraceId() + ' ' + context.getSpanId() + ' ' + (context.isSampled() ? 1 : 0))
                        .toList());
    }

    private List<String> answers(Program program, List<String> lines) throws Exception {
        List<String> command = new ArrayList<>(program.command);
        Path file = Path.of(command.remove(command.size() - 1)).toAbsolutePath();
        if (!Files.exists(file)) {
            log.warn("Skipped: OpenCensus for {} is not here; scripts/interop.sh fetches it", program);
        }
        assumeTrue(Files.exists(file));
        command.add(file.toString());
        Path in = Files.write(folder.resolve("in"), lines);
        Path out = folder.resolve("out");
        Process process = new ProcessBuilder(command)
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
        List<String> answers = Files.readAllLines(out);
        assertThat(answers).hasSameSizeAs(lines);
        return answers;
    }

    private List<SpanContext> randomContexts() {
        return random.ints(CONTEXTS)
                .mapToObj(flags ->
                        SpanContext.create(hex(16), hex(8), TraceFlags.fromByte((byte) flags), TraceState.getDefault()))
                .toList();
    }

    private String hex(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return HEX.formatHex(bytes);
    }
}
