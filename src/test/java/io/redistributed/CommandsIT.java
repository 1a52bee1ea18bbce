package io.redistributed;

import static org.assertj.core.api.Assertions.assertThat;

import io.redistributed.testing.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs every command of a {@code bash} block in README and docs, in order, against a service. Commands that are not run
 * are in a {@code text} block, and output in a {@code console} block.
 */
class CommandsIT {

    private static final Pattern RUN = Pattern.compile("(?ms)^```bash\\n(.*?)^```");
    private static final Pattern SHOWN = Pattern.compile("(?ms)^```text\\n(.*?)^```");
    private static final Pattern LOCATION = Pattern.compile("location: /reports/(\\S+)");
    private static final Pattern TRACE = Pattern.compile("x-trace-id: (\\S+)");
    private static final String START = "java -XX:+ExitOnOutOfMemoryError -jar target/redistributed.jar";

    @Test
    void shownCommandsWork(@TempDir Path folder) throws Exception {
        String port = String.valueOf(Ports.free());
        try (JarProcess service = new JarProcess(folder, Map.of("REDISTRIBUTED_VERTICLES_4_CONFIG_PORT", port))) {
            service.awaitReady();
            String report = "";
            String trace = "";
            for (Path document : documents()) {
                for (String command : commands(document, RUN)) {
                    // The build has made the jar, and this test has started the service.
                    if (command.startsWith("mvn ") || command.equals(START)) {
                        continue;
                    }
                    String output = run(
                            folder,
                            command.replace("127.0.0.1:8080", "127.0.0.1:" + port)
                                    .replaceFirst(
                                            "[.]jar (submit|traces|trace|reports) ",
                                            ".jar $1 --url http://127.0.0.1:" + port + " ")
                                    .replace("curl ", "curl -sS --fail-with-body ")
                                    .replace("target/redistributed.jar", "JAR")
                                    .replace("data/redis", folder + "/data/redis")
                                    .replace("target/", folder + "/")
                                    .replace("JAR", System.getProperty("redistributed.jar"))
                                    .replace("REPORT", report)
                                    .replace("TRACE", trace),
                            document);
                    report = first(LOCATION, output, report);
                    trace = first(TRACE, output, trace);
                }
            }
        }
    }

    @Test
    void mostShownCommandsAreRun() throws IOException {
        List<String> run = new ArrayList<>();
        List<String> shown = new ArrayList<>();
        for (Path document : documents()) {
            run.addAll(commands(document, RUN));
            commands(document, SHOWN).stream()
                    .filter(line -> line.matches("(java|curl|mvn|scripts/|docker|REDISTRIBUTED_).*"))
                    .forEach(shown::add);
        }
        assertThat(run).hasSizeGreaterThan(10).hasSizeGreaterThan(2 * shown.size());
    }

    private static List<Path> documents() throws IOException {
        try (Stream<Path> docs = Files.list(Path.of("docs"))) {
            return Stream.concat(
                            Stream.of(Path.of("README.md")),
                            docs.filter(path -> path.toString().endsWith(".md")).sorted())
                    .toList();
        }
    }

    private static List<String> commands(Path document, Pattern block) throws IOException {
        return block.matcher(Files.readString(document))
                .results()
                .flatMap(match -> match.group(1).replace("\\\n", " ").lines())
                .toList();
    }

    private static String first(Pattern pattern, String output, String otherwise) {
        Matcher matcher = pattern.matcher(output);
        return matcher.find() ? matcher.group(1) : otherwise;
    }

    private static String run(Path folder, String command, Path document) throws Exception {
        Path output = Files.createTempFile(folder, "command", ".log");
        Process process = new ProcessBuilder("bash", "-c", command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        int exitCode = process.waitFor();
        String text = Files.readString(output);
        assertThat(exitCode).as(document + ": " + command + "\n" + text).isZero();
        return text;
    }
}
