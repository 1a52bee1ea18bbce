package io.redistributed.cli;

import io.redistributed.system.LocalFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code new generator}: writes a generator to begin with into the working directory. */
@Command(name = "new", description = "Writes a new generator to begin with.", synopsisSubcommandLabel = "generator")
public final class NewCommand {

    /** A language, in lower case on the command line. */
    enum Language {
        js,
        java,
        python
    }

    @Spec
    private CommandSpec spec;

    @Command(
            name = "generator",
            description = "Writes a generator into the working directory. docs/generators.md explains it.",
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {
                "0:the file is written",
                "2:wrong arguments, or there is such a file",
                "66 to 74:a fault of this machine; redistributed --help lists them",
            })
    int generator(
            @Parameters(paramLabel = "NAME", description = "The report type: a-z, 0-9 and -, a letter first.")
                    String name,
            @Option(
                            names = "--language",
                            required = true,
                            paramLabel = "LANGUAGE",
                            description = "One of ${COMPLETION-CANDIDATES}.")
                    Language language)
            throws IOException {
        if (!name.matches("[a-z][a-z0-9-]{0,63}")) {
            throw new ParameterException(
                    spec.commandLine(),
                    "\"" + name + "\" is not a report type (use a-z, 0-9 and -, a letter first, at most 64)");
        }
        Path file = Path.of(
                switch (language) {
                    case js -> name + ".js";
                    case java -> className(name) + ".java";
                    case python -> name.replace('-', '_') + ".py";
                });
        if (Files.exists(file)) {
            throw new ParameterException(spec.commandLine(), file + " exists already");
        }
        LocalFiles.write(file, template(language).replace("NAME", name).replace("CLASS", className(name)));
        spec.commandLine().getOut().println("Wrote " + file + ". " + next(language, name, file));
        return 0;
    }

    private static String next(Language language, String name, Path file) {
        return switch (language) {
            case js -> "Name it in the configuration, before the worker: - name: \"js:" + file + "\"";
            case java ->
                "Compile it with redistributed.jar on the class path, and name it in the configuration, before the "
                        + "worker: - name: \"java:" + className(name) + "\"";
            case python -> "Run it beside worker.py and report.py of samples/workers/python: python3 " + file;
        };
    }

    private static String className(String name) {
        return Arrays.stream(name.split("-+"))
                .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
                .collect(Collectors.joining());
    }

    private static String template(Language language) throws IOException {
        String extension = language == Language.python ? "py" : language.name();
        try (InputStream in = NewCommand.class.getResourceAsStream("generator." + extension)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
