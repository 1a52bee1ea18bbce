package io.redistributed;

import static io.redistributed.testing.Waiting.eventually;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.redistributed.testing.Certificates;
import io.redistributed.testing.Ports;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server with TLS: one without client certificates, and one that requires them. */
class TlsTest {

    private static final String GET = "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

    @TempDir
    private static Path folder;

    private static Certificates certificates;
    private static String config;
    private static Service service;
    private static int mutual;

    @BeforeAll
    static void start() {
        certificates = new Certificates(folder);
        mutual = Ports.free();
        String tls =
                "certificate: %s, key: %s".formatted(certificates.certificate("server"), certificates.key("server"));
        config = """
                redis: { endpoints: ["redis://127.0.0.1:1"] }
                verticles:
                  - name: "java:io.redistributed.api.MetricsVerticle"
                    config: { port: PORT, tls: { %s } }
                """.formatted(tls);
        service = Service.start(config + """
                  - name: "java:io.redistributed.api.MetricsVerticle"
                    config: { port: %d, tls: { %s, clientAuthority: %s } }
                """.formatted(mutual, tls, certificates.certificate("ca")));
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void servesModernVersions(String version) throws IOException {
        assertThat(answer(service.port(), certificates.context("ca"), GET, version))
                .startsWith("HTTP/1.1 200 OK");
    }

    @Test
    void refusesUntrustedNamesAndOldVersions() {
        assertThatThrownBy(() -> answer(service.port(), SSLContext.getDefault(), GET, "TLSv1.3"))
                .isInstanceOf(SSLException.class);
        assertThatThrownBy(() -> answer(service.port(), certificates.context("ca"), GET, "TLSv1.1"))
                .isInstanceOf(IOException.class);
    }

    @Test
    void plainHttpIsNotAnswered() throws IOException {
        try (Socket socket = new Socket("127.0.0.1", service.port())) {
            socket.getOutputStream().write(GET.getBytes(US_ASCII));

            assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII))
                    .doesNotContain("HTTP/1.1");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET /metrics HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 1\\r\\nContent-Length: 2\\r\\n\\r\\n | 400",
                "GET /metrics HTTP/1.1\\r\\n\\r\\n | 400",
                "GET /metrics HTTP/1.1\\r\\nHost: evil.example\\r\\nConnection: close\\r\\n\\r\\n | 421",
            })
    void requestsAreCheckedAsWithoutTls(String request, int status) throws IOException {
        assertThat(answer(
                        service.port(),
                        certificates.context("ca"),
                        request.replace("\\r", "\r").replace("\\n", "\n"),
                        "TLSv1.3"))
                .startsWith("HTTP/1.1 " + status + " ");
    }

    @Test
    void requiresClientCertificate() throws IOException {
        assertThatThrownBy(() -> answer(mutual, certificates.context("ca"), GET, "TLSv1.3"))
                .isInstanceOf(IOException.class);
        assertThat(answer(mutual, certificates.context("ca", "client"), GET, "TLSv1.3"))
                .startsWith("HTTP/1.1 200 OK");
    }

    @Test
    void logsOneOfManyRefusedClientCertificates() {
        String mutualOnly = config.replace("key: ", "clientAuthority: " + certificates.certificate("ca") + ", key: ");
        try (LogCapture log = new LogCapture();
                Service strict = Service.start(mutualOnly)) {
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> answer(strict.port(), certificates.context("ca", "expired"), GET, "TLSv1.3"))
                        .isInstanceOf(IOException.class);
            }

            eventually(() -> !log.complaints().isEmpty());
            assertThat(log.complaints()).singleElement().asString().contains("Refused a TLS handshake: ");
        }
    }

    /** From the first connection on; without the limit, a handshake lasts ten seconds. */
    @ParameterizedTest
    @ValueSource(strings = {"", "16030100c8010000c40303"})
    void unfinishedHandshakesMakeRoomForOthers(String beginOfClientHello) throws IOException {
        List<Socket> silent = new ArrayList<>();
        try (Service fresh = Service.start(config)) {
            for (int i = 0; i < 1_200; i++) {
                Socket socket = new Socket("127.0.0.1", fresh.port());
                silent.add(socket);
                socket.getOutputStream().write(HexFormat.of().parseHex(beginOfClientHello));
            }
            assertThat(answer(fresh.port(), certificates.context("ca"), GET, "TLSv1.3"))
                    .startsWith("HTTP/1.1 200 OK");
            silent.get(0).setSoTimeout(4_000);
            assertThat(silent.get(0).getInputStream().read()).isEqualTo(-1);
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "certificate: none.pem, key: none.pem | tls.certificate: file not found: none.pem",
                "certificate: a.pem | tls.key: must be",
                "certificate: a.pem, key: b, ca: c | tls.ca: unknown key",
            })
    void namesWhatIsWrong(String tls, String error) {
        assertThatThrownBy(() -> Service.start("""
                        redis: { endpoints: ["redis://127.0.0.1:1"] }
                        verticles:
                          - { name: "java:io.redistributed.api.MetricsVerticle", config: { port: PORT, tls: { %s } } }
                        """.formatted(tls), Map.of())).hasMessageContaining(error);
    }

    private static String answer(int port, SSLContext context, String request, String version) throws IOException {
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port)) {
            socket.setSoTimeout(20_000);
            socket.setEnabledProtocols(new String[] {version});
            socket.getOutputStream().write(request.getBytes(US_ASCII));
            InputStream in = socket.getInputStream();
            String answer = new String(in.readNBytes(17), US_ASCII);
            if (answer.isEmpty()) {
                throw new IOException("closed without an answer");
            }
            return answer;
        }
    }
}
