package io.redistributed;

import static org.assertj.core.api.Assertions.assertThat;

import io.redistributed.auth.ApiKey;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Many failures from one address. */
class FailedAuthenticationTest {

    @Test
    void areRefusedAndValidKeysStillAccepted() {
        String key = ApiKey.random();
        String yaml = """
                redis: { endpoints: ["redis://127.0.0.1:1"] }
                auth: { callers: [{ name: prometheus, keys: ["%s"], rights: [metrics] }] }
                verticles:
                  - { name: "java:io.redistributed.api.MetricsVerticle", config: { port: PORT } }
                """.formatted(ApiKey.hash(key));
        try (LogCapture log = new LogCapture();
                Service service = Service.start(yaml)) {
            ApiClient client = service.client();
            List<Integer> statuses = IntStream.range(0, 50)
                    .mapToObj(i -> client.get("/metrics", "authorization", "Bearer rd_" + i))
                    .map(HttpResponse::statusCode)
                    .toList();

            assertThat(statuses.subList(0, 20)).containsOnly(401);
            assertThat(statuses.subList(20, 50)).containsOnly(429);
            assertThat(client.get("/metrics", "authorization", "Bearer " + key).statusCode())
                    .isEqualTo(200);
            assertThat(log.complaints())
                    .hasSize(20)
                    .allMatch(line -> line.contains("denied address=127.0.0.1 request=\"GET /metrics\""))
                    .noneMatch(line -> line.contains("rd_1"));
        }
    }
}
