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
 * {@code inspect}: says what stands in front of a message, or why it has no header. Needs neither Vert.x nor a Redis.
 */
@Command(
        name = "inspect",
        description = "Prints what the header of a message says, or why it has none.",
        footer = {
            "",
            "redis-cli --no-raw subscribe CHANNEL shows messages as inspect reads them; the shell wants them in single"
                    + " quotes: inspect '\"\\x00\\x00K\\xf9...\"'",
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the message has a header",
            "1:it has none",
            "2:what was given is no message",
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
                "Header and payload, in hex (with blanks, colons or 0x in front, if you like), in base64, or as redis-cli"
                        + " quotes it; or - for the bytes themselves, on standard input, at most 64 MiB."
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
            throw new IllegalArgumentException("standard input has more than 64 MiB");
        }
        return bytes;
    }
}
