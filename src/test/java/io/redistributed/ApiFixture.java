package io.redistributed;

import io.redistributed.testing.RedisServer;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A Redis and one node with API, worker and both built-in generators, for the tests of a class. */
final class ApiFixture implements BeforeAllCallback, AfterAllCallback {

    private final String api;
    private RedisServer redis;
    private Service service;

    private ApiFixture(String api) {
        this.api = api;
    }

    static ApiFixture start() {
        return with("");
    }

    /** @param settings of the API's verticle, {@code name: value, name: value} */
    static ApiFixture with(String settings) {
        return new ApiFixture(settings);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        redis = RedisServer.start();
        service = Service.start("""
                redis: { endpoints: ["%s"] }
                verticles:
                  - { name: "java:io.redistributed.export.JaegerExporterVerticle" }
                  - { name: "java:io.redistributed.generate.SummaryGenerator" }
                  - { name: "java:io.redistributed.generate.SimulatedGenerator" }
                  - { name: "java:io.redistributed.worker.WorkerVerticle", config: { drain: 1ms } }
                  - { name: "java:io.redistributed.api.HttpVerticle", config: { port: PORT, %s } }
                """.formatted(redis.url(), api));
    }

    @Override
    public void afterAll(ExtensionContext context) {
        service.close();
        redis.close();
    }

    RedisServer redis() {
        return redis;
    }

    int port() {
        return service.port();
    }

    ApiClient client() {
        return service.client();
    }
}
