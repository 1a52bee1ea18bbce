package io.redistributed.system;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of commands that ask a service with authentication. */
public final class TokenOptions {

    private static final String ALLOWED = "[\\x21-\\x7e]{1,4096}";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            description = "API key or token to send. The list of processes shows it; --token-file does not.")
    private String token;

    @Option(names = "--token-file", paramLabel = "FILE", description = "File with the API key or token to send.")
    private Path file;

    /** Returns the key or token; empty if none is given. */
    public String token() throws MachineFault {
        if (token != null && file != null) {
            throw new ParameterException(command.commandLine(), "--token and --token-file exclude each other");
        }
        String given = file == null ? token : new String(LocalFiles.read(file, 1), StandardCharsets.UTF_8).strip();
        if (given == null) {
            return "";
        }
        if (!given.matches(ALLOWED)) {
            // Without the value, which is a secret.
            throw new ParameterException(
                    command.commandLine(),
                    (file == null ? "--token" : "--token-file") + ": must be one line of 1 to 4096 ASCII characters");
        }
        return given;
    }
}
