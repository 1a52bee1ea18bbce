package io.redistributed;

import static org.assertj.core.api.Assertions.assertThat;

import io.redistributed.cli.SubmitCommand;
import io.redistributed.cli.TraceCommand;
import io.redistributed.cli.TracesCommand;
import io.redistributed.load.LoadCommand;
import io.redistributed.testing.Certificates;
import io.redistributed.testing.Ports;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands as clients of a server with TLS. The server has no reports, so a response of it is status 404. */
class ClientTlsTest {

    @TempDir
    private static Path folder;

    private static Certificates certificates;
    private static Service service;
    private static int mutual;
    private static int expired;

    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void start() {
        certificates = new Certificates(folder);
        mutual = Ports.free();
        expired = Ports.free();
        String server = tls("server");
        service = Service.start(
                """
                redis: { endpoints: ["redis://127.0.0.1:1"] }
                verticles:
                  - name: "java:io.redistributed.api.MetricsVerticle"
                    config: { port: PORT, tls: { %s } }
                  - name: "java:io.redistributed.api.MetricsVerticle"
                    config: { port: %d, tls: { %s, clientAuthority: %s } }
                  - name: "java:io.redistributed.api.MetricsVerticle"
                    config: { port: %d, tls: { %s } }
                """.formatted(server, mutual, server, certificates.certificate("ca"), expired, tls("expired")));
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"submit --type=simulated", "load", "traces", "trace 00000000000000000000000000000001"})
    void commandsPresentCertificates(String command) {
        run(command, mutual, "ca", "client");

        assertThat(err.toString()).contains("not found").doesNotContain("no response");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "plain   |    |         | its certificate is not from a trusted authority; --certificate-authority",
                "plain   | client |     | its certificate is not from a trusted authority; --certificate-authority",
                "expired | ca |         | its certificate is not valid now (NotAfter: ",
                "mutual  | ca |         | ; if it requires a client certificate, --client-certificate and --client-key",
                "mutual  | ca | expired | ; if it requires a client certificate, --client-certificate and --client-key",
            })
    void saysInOneLineWhatIsWrong(String server, String authority, String identity, String message) {
        int port = server.equals("plain") ? service.port() : server.equals("mutual") ? mutual : expired;
        assertThat(run("traces", port, authority, identity)).isEqualTo(3);
        assertThat(run("load", port, authority, identity)).isEqualTo(4);

        assertThat(err.toString().lines()).hasSize(2).allSatisfy(line -> assertThat(line)
                .contains(message));
    }

    @Test
    void rejectsFilesThatAreNoCertificates() {
        assertThat(execute("traces", "--certificate-authority=" + certificates.key("ca")))
                .isEqualTo(2);
        assertThat(execute("traces", "--client-certificate=" + certificates.certificate("client")))
                .isEqualTo(2);
        assertThat(execute(
                        "load",
                        "--client-certificate=" + certificates.certificate("client"),
                        "--client-key=" + certificates.certificate("client")))
                .isEqualTo(2);

        assertThat(err.toString())
                .contains("--certificate-authority: must be a PEM file with certificates")
                .contains("--client-certificate and --client-key must be given together")
                .contains(
                        "--client-certificate and --client-key: must be a certificate and its private key in PKCS #8");
    }

    private int run(String command, int port, String authority, String identity) {
        List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
        arguments.add("--url=https://127.0.0.1:" + port);
        if (authority != null) {
            arguments.add("--certificate-authority=" + certificates.certificate(authority));
        }
        if (identity != null) {
            arguments.add("--client-certificate=" + certificates.certificate(identity));
            arguments.add("--client-key=" + certificates.key(identity));
        }
        return execute(arguments.toArray(String[]::new));
    }

    private int execute(String... arguments) {
        return new CommandLine(new Commands())
                .setOut(new PrintWriter(new StringWriter(), true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    @Command(subcommands = {SubmitCommand.class, LoadCommand.class, TracesCommand.class, TraceCommand.class})
    private static final class Commands {}

    private static String tls(String name) {
        return "certificate: %s, key: %s".formatted(certificates.certificate(name), certificates.key(name));
    }
}
