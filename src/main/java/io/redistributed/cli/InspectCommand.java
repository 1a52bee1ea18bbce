package io.redistributed.cli;

import io.redistributed.context.HeaderDiagnosis;
import io.redistributed.context.TraceCodec;
import io.redistributed.system.StandardStreams;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * The command {@code inspect}: prints the header of a message, or the reason why it has none. Needs neither Vert.x nor Redis.
 */
@Command(
        name = "inspect",
        description = "Prints the header of a message, or why it has none.",
        footer = {
            "",
            "redis-cli --no-raw subscribe CHANNEL prints messages as inspect reads them; put them in single"
                    + " quotes: inspect '\"\\x00\\x00K\\xf9...\"'",
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the message has a header",
            "1:the message has no header",
            "2:the argument is not a message",
            "66 to 74:a fault of this machine; redistributed --help lists them",
        })
public final class InspectCommand implements Callable<Integer> {

    private static final int MAX_BYTES = 64 * 1024 * 1024;
    private static final int UNTRACED = 1;

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "MESSAGE",
            description = {
                "Header and payload: hex (blanks, colons and a leading 0x are allowed), base64, or text quoted by"
                        + " redis-cli; - reads raw bytes from standard input, at most 64 MiB."
            })
    private String message;

    @Override
    public Integer call() throws IOException {
        byte[] bytes = bytes();
        HeaderDiagnosis diagnosis = HeaderDiagnosis.of(bytes);
        spec.commandLine().getOut().print(Description.of(TraceCodec.decode(bytes), diagnosis));
        spec.commandLine().getOut().flush();
        return diagnosis.fault().isPresent() ? UNTRACED : 0;
    }

    private byte[] bytes() throws IOException {
        try {
            return "-".equals(message) ? standardInput() : MessageText.parse(message);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private static byte[] standardInput() throws IOException {
        byte[] bytes = StandardStreams.in().readNBytes(MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException("standard input is larger than 64 MiB");
        }
        return bytes;
    }
}
