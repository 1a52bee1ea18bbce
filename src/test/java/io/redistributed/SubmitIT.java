package io.redistributed;

import static io.redistributed.testing.Waiting.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.redistributed.testing.Ports;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code java -jar redistributed.jar submit} against a service of the same jar. */
class SubmitIT {

    private static final Pattern REPORT = Pattern.compile("report (\\S+), trace ([0-9a-f]{32})");

    @TempDir
    private static Path folder;

    private static int port;
    private static JarProcess service;

    @BeforeAll
    static void start() {
        port = Ports.free();
        service = new JarProcess(folder, Map.of(), "-Dredistributed.verticles.4.config.port=" + port).awaitReady();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @Test
    void writesResultToFileAndShowsTrace() throws IOException {
        Path result = folder.resolve("out.html");
        Path input = Path.of("samples/sales.csv").toAbsolutePath();
        try (JarProcess submit =
                submit(input.toString(), "--type", "summary", "--format", "html", "-o", result.toString())) {
            assertThat(submit.exitCode()).as(submit.err()).isZero();
            assertThat(Files.readString(result)).startsWith("<!DOCTYPE html>").contains("</html>");
            Matcher report = REPORT.matcher(submit.err());
            assertThat(report.find()).isTrue();
            assertThat(submit.err()).contains("done after ");
            assertThat(submit.out())
                    .startsWith("trace " + report.group(2) + ": 7 spans, ")
                    .containsSubsequence(
                            "\nPOST /reports ", " publish reports ", " process reports ", " generate summary ");
        }
    }

    @Test
    void writesOnlyResultToStandardOutput() throws IOException {
        Path input = Files.writeString(folder.resolve("in.csv"), "a,b\n1,2\n");
        try (JarProcess submit = submit(input.toString(), "--type", "summary", "-p", "top=1", "--quiet")) {
            assertThat(submit.exitCode()).as(submit.err()).isZero();
            assertThat(new JsonObject(submit.out()).getInteger("rows")).isEqualTo(1);
            assertThat(submit.err()).isEmpty();
        }
    }

    @Test
    void jarSupportsSketches() throws IOException {
        String rows = IntStream.range(0, 900_000).mapToObj(Integer::toString).collect(Collectors.joining("\n"));
        Path input = Files.writeString(folder.resolve("many.csv"), "id\n" + rows);
        try (JarProcess submit = submit(input.toString(), "--type", "summary", "--quiet")) {
            assertThat(submit.exitCode()).as(submit.err()).isZero();
            JsonObject column =
                    new JsonObject(submit.out()).getJsonArray("columns").getJsonObject(0);
            assertThat(column.getJsonObject("approximation")).isNotNull();
            assertThat(column.getInteger("max")).isEqualTo(899_999);
        }
    }

    @Test
    void failedReportShowsErrorAndExitCode() {
        Path input = Path.of("samples/broken.csv").toAbsolutePath();
        try (JarProcess submit = submit(input.toString(), "--type", "summary")) {
            assertThat(submit.exitCode()).isEqualTo(1);
            assertThat(submit.err()).contains("failed after ", ": line 3, field 3: the quote that opens the field");
            assertThat(submit.out()).isEmpty();
        }
        try (JarProcess submit = submit(input.toString(), "--type", "summary", "--quiet")) {
            assertThat(submit.exitCode()).isEqualTo(1);
            assertThat(submit.err())
                    .matches("redistributed: report \\S+: failed after .*: line 3, field 3: the quote .*\\R");
        }
    }

    @Test
    void sameKeyReturnsSameReport() {
        try (JarProcess one = submit("--type", "simulated", "--idempotency-key", "k");
                JarProcess other = submit("--type", "simulated", "--idempotency-key", "k")) {
            assertThat(one.exitCode() + other.exitCode()).isZero();
            Matcher first = REPORT.matcher(one.err());
            Matcher second = REPORT.matcher(other.err());
            assertThat(first.find() && second.find()).isTrue();
            assertThat(second.group(1)).isEqualTo(first.group(1));
        }
    }

    @Test
    void interruptCancelsReport() {
        try (JarProcess submit = submit("--type", "simulated", "-p", "duration=10m")) {
            eventually(() -> submit.err().contains("running"));
            submit.terminate();

            assertThat(submit.exitCode()).isEqualTo(143);
            Matcher report = REPORT.matcher(submit.err());
            assertThat(report.find()).isTrue();
            assertThat(submit.err()).containsPattern("report " + report.group(1) + " is (being )?cancelled");
            assertThat(new ApiClient(port).ended(report.group(1)).getString("state"))
                    .isEqualTo("cancelled");
        }
    }

    @Test
    void failureIsOneLineAndExitCode() {
        assertRefused(2, "parameters.duration: does not match", "--type", "simulated", "-p", "duration=long");
        assertRefused(2, "type: no worker offers 'nonsense'", "--type", "nonsense");
        assertRefused(
                3,
                "the report did not end in time; see http://127.0.0.1:" + port + "/reports/",
                "--type",
                "simulated",
                "-p",
                "duration=1m",
                "--timeout",
                "1s",
                "--quiet");
        int nobody = Ports.free();
        assertRefused(
                3,
                "cannot connect to http://127.0.0.1:" + nobody + "; is the service running there?",
                "--type",
                "simulated",
                "--url",
                "http://127.0.0.1:" + nobody);
    }

    @Test
    void rejectsWrongArgumentsBeforeSending() {
        for (List<String> arguments : List.of(
                List.of("--type", "summary", "--timeout", "soon"),
                List.of("--type", "summary", "--url", "ftp://x"),
                List.of("--type", "summary", "-p", "top"),
                List.<String>of())) {
            try (JarProcess submit = submit(arguments.toArray(String[]::new))) {
                assertThat(submit.exitCode()).as(arguments.toString()).isEqualTo(2);
                assertThat(submit.err()).contains("Usage: redistributed submit");
            }
        }
    }

    private static void assertRefused(int exitCode, String message, String... arguments) {
        try (JarProcess submit = submit(arguments)) {
            assertThat(submit.exitCode()).as(submit.err()).isEqualTo(exitCode);
            assertThat(submit.err().lines()).hasSize(1);
            assertThat(submit.err()).startsWith("redistributed: ").contains(message);
            assertThat(submit.out()).isEmpty();
        }
    }

    private static JarProcess submit(String... arguments) {
        List<String> all = new ArrayList<>(List.of("submit"));
        all.addAll(List.of(arguments));
        if (!all.contains("--url")) {
            all.addAll(List.of("--url", "http://127.0.0.1:" + port));
        }
        return new JarProcess(folder, Map.of(), all.toArray(String[]::new));
    }
}
