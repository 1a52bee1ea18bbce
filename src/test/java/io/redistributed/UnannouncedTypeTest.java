package io.redistributed;

import static org.assertj.core.api.Assertions.assertThat;

import io.redistributed.auth.ApiKey;
import io.redistributed.testing.RedisServer;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** Reports while no worker runs, and so no description says which types are for operators. */
class UnannouncedTypeTest {

    @Test
    void isForOperators() {
        String shop = ApiKey.random();
        String chief = ApiKey.random();
        try (RedisServer redis = RedisServer.start();
                Service service = Service.start("""
                        redis: { endpoints: ["%s"] }
                        auth:
                          callers:
                            - { name: shop, keys: ["%s"], rights: [submit, read] }
                            - { name: chief, keys: ["%s"], rights: [submit, operate] }
                        verticles:
                          - { name: "java:io.redistributed.api.HttpVerticle", config: { port: PORT } }
                        """.formatted(redis.url(), ApiKey.hash(shop), ApiKey.hash(chief)))) {
            HttpResponse<String> refused =
                    service.client().post("/reports?type=traces", "", "authorization", "Bearer " + shop);

            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("retry-after")).contains("1");
            assertThat(refused.body()).contains("no worker has announced 'traces'");
            service.client().submit("/reports?type=traces", "", "authorization", "Bearer " + chief);
        }
    }
}
