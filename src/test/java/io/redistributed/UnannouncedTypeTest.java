package io.redistributed;

import static org.assertj.core.api.Assertions.assertThat;

import io.redistributed.auth.ApiKey;
import io.redistributed.testing.RedisServer;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

/** Reports while no worker runs, and so no description says which types are for operators. */
class UnannouncedTypeTest {

    @Test
    void isDecidedByTheWorker() {
        String shop = ApiKey.random();
        String chief = ApiKey.random();
        String config = """
                redis: { endpoints: ["%%s"] }
                auth:
                  callers:
                    - { name: shop, keys: ["%s"], rights: [submit, read] }
                    - { name: chief, keys: ["%s"], rights: [submit, operate] }
                verticles:
                  - { name: "java:io.redistributed.api.HttpVerticle", config: { port: PORT } }
                """.formatted(ApiKey.hash(shop), ApiKey.hash(chief));
        String worker = """
                  - { name: "java:io.redistributed.generate.traces.TracesGenerator" }
                  - { name: "java:io.redistributed.generate.SimulatedGenerator" }
                  - { name: "java:io.redistributed.worker.WorkerVerticle" }
                """;
        try (RedisServer redis = RedisServer.start()) {
            String[] asShop = {"authorization", "Bearer " + shop};
            String[] asChief = {"authorization", "Bearer " + chief};
            String forbidden;
            String allowed;
            String ofChief;
            try (Service api = Service.start(config.formatted(redis.url()))) {
                forbidden = api.client().submit("/reports?type=traces", "", asShop);
                allowed = api.client().submit("/reports?type=simulated", "", asShop);
                ofChief = api.client().submit("/reports?type=simulated", "", asChief);
            }
            try (Service whole = Service.start(config.formatted(redis.url()) + worker)) {
                JsonObject failed = new JsonObject(whole.client()
                        .get("/reports/" + forbidden + "?wait=30s", asShop)
                        .body());
                assertThat(failed.getString("state")).isEqualTo("failed");
                assertThat(failed.getString("error")).contains("'traces' needs the right operate");
                assertThat(new JsonObject(whole.client()
                                        .get("/reports/" + allowed + "?wait=30s", asShop)
                                        .body())
                                .getString("state"))
                        .isEqualTo("done");
                assertThat(new JsonObject(whole.client()
                                        .get("/reports/" + ofChief + "?wait=30s", asChief)
                                        .body())
                                .getString("state"))
                        .isEqualTo("done");
            }
        }
    }
}
