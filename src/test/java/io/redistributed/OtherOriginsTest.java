package io.redistributed;

import static org.assertj.core.api.Assertions.assertThat;

import io.redistributed.testing.Ports;
import io.redistributed.testing.RedisServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What pages of other web sites can do to the service from a browser. */
class OtherOriginsTest {

    private static final RedisServer redis = RedisServer.start();
    private static final int metricsPort = Ports.free();

    private static Service service;
    private static String id;

    @BeforeAll
    static void start() {
        service = Service.start("""
                redis: { endpoints: ["%s"] }
                tracing: { exporters: [store] }
                verticles:
                  - { name: "java:io.redistributed.export.JaegerExporterVerticle" }
                  - name: "java:io.redistributed.api.HttpVerticle"
                    config: { port: PORT, hosts: [api, Reports.Example.com, "*.internal"] }
                  - { name: "java:io.redistributed.api.MetricsVerticle", config: { port: %d } }
                """.formatted(redis.url(), metricsPort));
        id = service.client().submit("/reports?type=simulated", "");
    }

    @AfterAll
    static void stop() {
        service.close();
        redis.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LOCALHOST:8080",
                "localhost.",
                "app.localhost:1",
                "127.0.0.1",
                "192.168.7.7:8080",
                "[::1]:8080",
                "api",
                "API:80",
                "reports.example.com",
                "REPORTS.example.com.:443",
                "a.internal",
                "a.b.internal",
            })
    void acceptsNamesOfService(String host) throws IOException {
        assertThat(get("/reports", host).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "attacker.example",
                "attacker.example:8080",
                "example.com",
                "a.reports.example.com",
                "internal",
                "xinternal",
                "localhost.attacker.example",
                "xlocalhost",
                "127.0.0.1.attacker.example",
                "2130706433",
                "0x7f.1",
                "*.internal",
                "*",
            })
    void rejectsOtherNameThatResolvesToService(String host) throws IOException {
        for (String path : new String[] {
            "/",
            "/reports",
            "/reports/" + id,
            "/reports/" + id + "/events",
            "/events",
            "/traces",
            "/metrics",
            "/health/ready",
            "/openapi.yaml",
            "/api/v3/services",
            "/nothing"
        }) {
            RawConnection.Answer answer = get(path, host);
            assertThat(answer.status()).as(path).isIn(400, 421);
            assertThat(answer.body()).contains("Host: ");
        }
        assertThat(post("/reports?type=simulated", "host: " + host).status()).isIn(400, 421);
    }

    @Test
    void absoluteTargetTakesPrecedenceOverHost() throws IOException {
        try (RawConnection connection = new RawConnection(service.port())) {
            assertThat(connection
                            .request("GET http://attacker.example/reports HTTP/1.1\nhost: localhost", "")
                            .status())
                    .isEqualTo(421);
        }
        try (RawConnection connection = new RawConnection(service.port())) {
            assertThat(connection
                            .request("GET http://localhost/reports HTTP/1.1\nhost: localhost", "")
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void http10NeedsNoHost() throws IOException {
        try (RawConnection connection = new RawConnection(service.port())) {
            assertThat(connection.request("GET /health/live HTTP/1.0", "").status())
                    .isEqualTo(200);
        }
    }

    @Test
    void protectsMetricsPort() throws IOException {
        for (String[] expected : new String[][] {{"localhost", "200"}, {"attacker.example", "421"}}) {
            try (RawConnection connection = new RawConnection(metricsPort)) {
                RawConnection.Answer answer = connection.request("GET /metrics HTTP/1.1\nhost: " + expected[0], "");
                assertThat(answer.status()).isEqualTo(Integer.parseInt(expected[1]));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "localhost:8080       | -                              | -           | 202",
                "localhost:8080       | http://localhost:8080          | -           | 202",
                "localhost:8080       | http://LOCALHOST:8080          | same-origin | 202",
                "localhost:8080       | -                              | none        | 202",
                "reports.example.com  | https://reports.example.com    | same-origin | 202",
                "[::1]:8080           | http://[::1]:8080              | -           | 202",
                "api                  | https://reports.example.com    | -           | 202",
                "localhost:8080       | http://localhost:3000          | -           | 403",
                "127.0.0.1:8080       | http://127.0.0.1:3000          | -           | 403",
                "localhost:8080       | http://127.0.0.1:8080          | -           | 403",
                "localhost:8080       | http://attacker.example        | -           | 403",
                "localhost:8080       | http://attacker.example        | cross-site  | 403",
                "localhost:8080       | null                           | -           | 403",
                "localhost:8080       | -                              | cross-site  | 403",
                "localhost:8080       | -                              | same-site   | 403",
                "localhost:8080       | http://localhost:8080          | same-site   | 403",
                "localhost:8080       | http://localhost:8080/         | -           | 403",
                "localhost:8080       | file://                        | -           | 403",
                "localhost:8080       | http://localhost:8080@evil.com | -           | 403",
                "localhost:8080       | ''                             | -           | 403",
            })
    void rejectsChangesFromOtherOrigins(String host, String origin, String site, int status) throws IOException {
        String headers = "host: " + host + (origin == null ? "" : "\norigin: " + origin)
                + (site == null ? "" : "\nsec-fetch-site: " + site);
        RawConnection.Answer answer = post("/reports?type=simulated", headers);
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        if (status == 403) {
            assertThat(new JsonObject(answer.body()).getString("detail")).contains("only pages of this service");
            assertThat(post("/reports/batch", headers).status()).isEqualTo(403);
            assertThat(post("/reports/" + id + "/retry", headers).status()).isEqualTo(403);
            assertThat(post("/v1/traces", headers + "\ncontent-type: application/json")
                            .status())
                    .isEqualTo(403);
            assertThat(request("DELETE", "/reports/" + id, headers).status()).isEqualTo(403);
            assertThat(request("GET", "/reports/" + id, headers).status()).isEqualTo(200);
        }
    }

    @Test
    void rejectsRepeatedOrigin() throws IOException {
        String own = "\norigin: http://localhost";
        assertThat(post("/reports?type=simulated", "host: localhost" + own).status())
                .isEqualTo(202);
        assertThat(post("/reports?type=simulated", "host: localhost" + own + own)
                        .status())
                .isEqualTo(403);
    }

    private static RawConnection.Answer get(String path, String host) throws IOException {
        return request("GET", path, "host: " + host);
    }

    private static RawConnection.Answer post(String path, String headers) throws IOException {
        return request("POST", path, headers + "\ncontent-length: 0");
    }

    private static RawConnection.Answer request(String method, String path, String headers) throws IOException {
        try (RawConnection connection = new RawConnection(service.port())) {
            return connection.request(method + " " + path + " HTTP/1.1\n" + headers, "");
        }
    }
}
