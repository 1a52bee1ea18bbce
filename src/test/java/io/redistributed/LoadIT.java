package io.redistributed;

import static org.assertj.core.api.Assertions.assertThat;

import io.redistributed.testing.Certificates;
import io.redistributed.testing.Ports;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code load} of the jar, on the service of the jar. */
class LoadIT {

    /** Clients that wait most of the time, so that the generator is not busy, however slow the machine. */
    private static final String SLOW = "--parameters={\"duration\":\"50ms\",\"resultBytes\":100}";

    @TempDir
    static Path folder;

    private static JarProcess service;
    private static String url;

    @BeforeAll
    static void startTheService() {
        int port = Ports.free();
        service = new JarProcess(folder, Map.of(), "-Dredistributed.verticles.4.config.port=" + port).awaitReady();
        url = "--url=http://127.0.0.1:" + port;
    }

    @AfterAll
    static void stopTheService() {
        service.close();
    }

    @Test
    void awaitsReportsAndChecksResultsAndTraces() throws IOException {
        JsonObject reports;
        Path page = folder.resolve("load.html");
        try (JarProcess load = load(
                "closed.json",
                SLOW,
                "--connections=4",
                "--wait=100%",
                "--check-results=100%",
                "--check-traces=100%",
                "--html=" + page)) {
            assertThat(load.exitCode()).as(load.err()).isZero();
            assertThat(load.out())
                    .startsWith("load         simulated, 4 connections")
                    .contains("POST to done, by GET");
            reports = result("closed.json").getJsonObject("reports");
        }
        long accepted = reports.getLong("accepted");
        assertThat(accepted).isPositive().isEqualTo(reports.getLong("sent"));
        assertThat(reports.getLong("completed")).isEqualTo(accepted);
        assertThat(reports.getLong("awaited")).isEqualTo(accepted);
        assertThat(reports.getLong("resultsChecked")).isGreaterThanOrEqualTo(accepted);
        assertThat(reports.getLong("tracesChecked")).isGreaterThanOrEqualTo(accepted);
        assertThat(Files.readString(page)).startsWith("<!DOCTYPE html>").contains("<svg");
    }

    @Test
    void verifiesOtherReportsAfterwards() throws IOException {
        try (JarProcess load = load("listed.json", SLOW, "--connections=16", "--wait=0%")) {
            assertThat(load.exitCode()).as(load.err()).isZero();
        }
        JsonObject reports = result("listed.json").getJsonObject("reports");
        assertThat(reports.getLong("awaited")).isZero();
        assertThat(reports.getLong("accepted")).isPositive().isEqualTo(reports.getLong("completed"));
        assertThat(reports.getLong("lost") + reports.getLong("unverified")).isZero();
    }

    /** On a busy machine the generator may be the bottleneck, which it reports. */
    @Test
    void keepsRateOrGivesNoResult() throws IOException {
        try (JarProcess load = load("open.json", "--rate=50", "--burst=5", "--wait=100%")) {
            if (load.exitCode() == 3) {
                assertThat(load.out()).isEmpty();
                assertThat(load.err()).contains("no result, the load generator was the bottleneck:");
                assertThat(folder.resolve("open.json")).doesNotExist();
            } else {
                assertThat(load.exitCode()).as(load.err()).isZero();
                JsonObject reports = result("open.json").getJsonObject("reports");
                assertThat(reports.getLong("sent")).isEqualTo(100);
                assertThat(reports.getLong("completed")).isEqualTo(100);
            }
        }
    }

    @Test
    void comparesResultsOfInput() throws IOException {
        Path input = Files.writeString(folder.resolve("sales.csv"), "region,units\nNorth,3\nSouth,5\n");
        try (JarProcess load = load(
                "summary.json",
                "--connections=2",
                "--type=summary",
                "--parameters={\"format\":\"csv\"}",
                "--input=" + input,
                "--wait=100%",
                "--check-results=100%")) {
            assertThat(load.exitCode()).as(load.err()).isZero();
        }
        assertThat(result("summary.json").getJsonObject("reports").getLong("resultsChecked"))
                .isPositive();
    }

    @Test
    void trustsAuthoritiesOfTheJvm() throws IOException {
        Certificates certificates = new Certificates(folder);
        int port = Ports.free();
        String httpVerticle = "-Dredistributed.verticles.4.config.";
        try (JarProcess secure = new JarProcess(
                Files.createDirectory(folder.resolve("secure")),
                Map.of(),
                httpVerticle + "port=" + port,
                httpVerticle + "tls.certificate=" + certificates.certificate("server"),
                httpVerticle + "tls.key=" + certificates.key("server"))) {
            secure.awaitReady();
            List<String> options = List.of("--url=https://localhost:" + port, "--connections=2", "--wait=100%", SLOW);
            try (JarProcess load = loadAt("refused.json", options)) {
                assertThat(load.exitCode()).isEqualTo(4);
                assertThat(load.err()).contains("its certificate is not from a trusted authority");
            }
            List<String> trusting = new ArrayList<>(options);
            trusting.add("-Djavax.net.ssl.trustStore=" + folder.resolve("all.p12"));
            trusting.add("-Djavax.net.ssl.trustStorePassword=changeit");
            try (JarProcess load = loadAt("secure.json", trusting)) {
                assertThat(load.exitCode()).as(load.err()).isZero();
            }
        }
        JsonObject reports = result("secure.json").getJsonObject("reports");
        assertThat(reports.getLong("accepted")).isPositive().isEqualTo(reports.getLong("completed"));
    }

    @Test
    void rejectsUnknownReportType() {
        try (JarProcess load = load("none.json", "--parameters={\"duration\":\"soon\"}")) {
            assertThat(load.exitCode()).isEqualTo(4);
            assertThat(load.err()).contains("POST returned status 400", "parameters.duration");
            assertThat(load.out()).isEmpty();
        }
    }

    @Test
    void wrongResponsesChangeExitCode() throws IOException {
        String slow = "--parameters={\"duration\":\"8s\"}";
        try (JarProcess load = load("late.json", slow, "--connections=1", "--wait=100%", "--patience=0s")) {
            assertThat(load.exitCode()).as(load.err()).isEqualTo(1);
            assertThat(load.out()).contains("wrong 1", "is still running at the end of --patience");
        }
        assertThat(result("late.json").getJsonArray("faults")).hasSize(1);
    }

    private static JarProcess load(String json, String... options) {
        List<String> all = new ArrayList<>(List.of(url));
        all.addAll(List.of(options));
        return loadAt(json, all);
    }

    private static JarProcess loadAt(String json, List<String> options) {
        List<String> arguments =
                new ArrayList<>(List.of("load", "--warmup=1s", "--duration=2s", "--json=" + folder.resolve(json)));
        arguments.addAll(options);
        return new JarProcess(folder, Map.of(), arguments.toArray(String[]::new));
    }

    private static JsonObject result(String json) throws IOException {
        return new JsonObject(Files.readString(folder.resolve(json)));
    }
}
