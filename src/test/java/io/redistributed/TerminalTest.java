package io.redistributed;

import static org.assertj.core.api.Assertions.assertThat;

import io.redistributed.cli.CancelCommand;
import io.redistributed.cli.ReportsCommand;
import io.redistributed.cli.RetryCommand;
import io.redistributed.cli.TraceCommand;
import io.redistributed.cli.TracesCommand;
import io.redistributed.testing.RedisServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The commands that show traces and reports. */
class TerminalTest {

    private static RedisServer redis;
    private static Service service;
    private static ApiClient client;

    private record Printed(int exitCode, String out, String err) {}

    @BeforeAll
    static void start() {
        redis = RedisServer.start();
        service = Service.start("""
                redis: { endpoints: ["%s"] }
                queue: { maxAttempts: 1 }
                verticles:
                  - name: "java:io.redistributed.export.JaegerExporterVerticle"
                  - name: "java:io.redistributed.generate.SimulatedGenerator"
                  - name: "java:io.redistributed.worker.WorkerVerticle"
                  - name: "java:io.redistributed.api.HttpVerticle"
                    config: { port: PORT }
                """.formatted(redis.url()));
        client = service.client();
    }

    @AfterAll
    static void stop() {
        service.close();
        redis.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--url", "--jaeger"})
    void listsAndPrintsTraces(String api) {
        String url = "http://127.0.0.1:" + service.port();
        String id = client.submit("/reports?type=simulated&duration=50ms", "");
        String trace = client.ended(id).getString("traceId");
        client.get("/traces/" + trace + "?wait=10s");

        Printed list = run(new TracesCommand(), api, url, "--service", "report-generator", "--min-duration", "50ms");
        assertThat(list.exitCode).isZero();
        assertThat(list.out).containsPattern(trace + " .* spans .* POST /reports {2}\\(api, report-generator\\)");
        assertThat(run(new TracesCommand(), api, url, "--service", "report-generator", "--min-duration", "1h").out)
                .isEmpty();
        assertThat(run(
                                new TracesCommand(),
                                api,
                                url,
                                "--service",
                                "api",
                                "--attribute",
                                "redistributed.report.id=" + id)
                        .out)
                .contains(trace);

        Printed tree = run(new TraceCommand(), api, url, trace);
        assertThat(tree.exitCode).isZero();
        assertThat(tree.out).contains("POST /reports", "publish reports", "process reports", "critical path:");
        assertThat(tree.out).containsPattern("\\d+\\.\\d+ (ms|s) +\\d+ %  report-generator: generate simulated");
    }

    @Test
    void retriesWhatFailed() {
        String id = client.submit("/reports?type=simulated&failureRate=1", "");
        client.ended(id);
        String url = "http://127.0.0.1:" + service.port();

        assertThat(run(new ReportsCommand(), "--url", url, "--failed").out)
                .contains(id + "  failed     simulated  attempt 1");
        assertThat(run(new RetryCommand(), "--url", url, id).out).startsWith(id);
        client.ended(id);
        Printed refused = run(new CancelCommand(), "--url", url, id);
        assertThat(refused.exitCode).isEqualTo(2);
        assertThat(refused.err).startsWith("redistributed: ");
    }

    @Test
    void reportsWhatIsWrong() {
        assertThat(run(new TraceCommand(), "--url", "http://127.0.0.1:1", "0123").err)
                .isEqualTo("redistributed: cannot connect to http://127.0.0.1:1; is the service running there?\n");
        assertThat(run(new TraceCommand(), "--url", "ftp://user:secret@host", "0123").err)
                .contains("--url: must be http[s]://HOST[:PORT][/PATH]")
                .doesNotContain("secret");
        assertThat(run(new TracesCommand(), "--jaeger", "http://127.0.0.1:" + service.port()).err)
                .isEqualTo("redistributed: Jaeger needs --service\n");
    }

    private static Printed run(Object command, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = new CommandLine(command)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
        return new Printed(exitCode, out.toString(), err.toString());
    }
}
