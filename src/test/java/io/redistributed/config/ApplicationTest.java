package io.redistributed.config;

import static io.redistributed.testing.Waiting.await;
import static io.redistributed.testing.Waiting.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.redistributed.embedded.EmbeddedRedis;
import io.redistributed.testing.RedisServer;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(VertxExtension.class)
class ApplicationTest {

    private static final RedisServer redis = RedisServer.start("requirepass secret");

    @TempDir
    private Path folder;

    @AfterAll
    static void stop() {
        redis.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name: no.such.Verticle | no.such.Verticle | class no.such.Verticle not found on the class path",
                "name: 'java:no.such.Verticle' | java:no.such.Verticle | class no.such.Verticle not found on the class path",
                "name: 'python:worker.py' | python:worker.py | class worker.py not found on the class path",
                "name: 'worker.rb' | worker.rb | class worker.rb not found on the class path",
                "name: 'js:nope.js' | js:nope.js | nope.js: no such file in ",
                "name: 'java:java.lang.String' | java:java.lang.String | not a verticle: it does not implement io.vertx.core.Deployable",
                "name: 'java:java.lang.Integer' | java:java.lang.Integer | not a verticle: it has no public constructor without arguments",
                "name: 'java:io.redistributed.worker.WorkerVerticle', config: {slotz: 1} | java:io.redistributed.worker.WorkerVerticle | slotz: unknown key; allowed are drain, slots",
                "name: 'java:io.redistributed.worker.WorkerVerticle', config: {slots: 0} | java:io.redistributed.worker.WorkerVerticle | slots: 0 is not a whole number from 1 to 10000",
                "name: 'java:io.redistributed.api.HttpVerticle', config: {host: no.such.host.invalid, port: 0} | java:io.redistributed.api.HttpVerticle | cannot listen on no.such.host.invalid:0: ",
                "name: 'java:io.redistributed.export.JaegerExporterVerticle', config: {exporters: [zipkin]} | java:io.redistributed.export.JaegerExporterVerticle | exporters[0].type: \"zipkin\" is not one of store, jaeger, otlp",
                "name: 'java:io.redistributed.export.JaegerExporterVerticle', instances: 2 | java:io.redistributed.export.JaegerExporterVerticle | JaegerExporterVerticle is deployed already",
            })
    void namesFailedVerticle(String verticle, String name, String message) throws Exception {
        Config config = config("auth: { insecure: true }\nverticles: [{ " + verticle + " }]");
        assertThatThrownBy(() -> Application.start(config, "1"))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(config.source() + ": verticles[0] (" + name + "): " + message)
                .hasMessageNotContaining("\n");
        assertThat(redis.cli("CLIENT", "LIST").toString().lines()).hasSize(1);
    }

    @Test
    void findsServerThatMovedInHostsFile(Vertx vertx) throws Exception {
        Path hosts = Files.writeString(folder.resolve("hosts"), "");
        NetServer server =
                await(vertx.createNetServer().connectHandler(NetSocket::close).listen(0, "127.0.0.1"));
        Vertx resolving = Vertx.vertx(new VertxOptions()
                .setAddressResolverOptions(Application.resolver().setHostsPath(hosts.toString())));
        try {
            NetClient client = resolving.createNetClient();
            assertThatThrownBy(() -> await(client.connect(server.actualPort(), "db.invalid")))
                    .isInstanceOf(UnknownHostException.class);

            Files.writeString(hosts, "127.0.0.1 db.invalid\n");

            eventually(() -> await(
                    client.connect(server.actualPort(), "db.invalid").map(true).otherwise(false)));
        } finally {
            await(resolving.close());
        }
    }

    @Test
    void namesUsedPort() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            Config config = config("""
                    verticles:
                      - { name: "java:io.redistributed.generate.SimulatedGenerator" }
                      - { name: "java:io.redistributed.api.HttpVerticle", instances: 2, config: { port: %d } }
                    """.formatted(taken.getLocalPort()));
            assertThatThrownBy(() -> Application.start(config, "1"))
                    .isInstanceOf(ConfigException.class)
                    .hasMessage(
                            "%s: verticles[1] (java:io.redistributed.api.HttpVerticle): cannot listen on 127.0.0.1:%d: Address already in use",
                            config.source(), taken.getLocalPort());
        }
    }

    @Test
    void namesUnavailableRedis() throws Exception {
        Config config = configOn("redis://127.0.0.1:1");
        assertThatThrownBy(() -> Application.start(config, "1"))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(config.source()
                        + ": verticles[0] (java:io.redistributed.worker.WorkerVerticle): cannot connect to Redis at"
                        + " redis://127.0.0.1:1: ")
                .hasMessageContaining("refused")
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @CsvSource({"redis://:wrong@, WRONGPASS", "redis://, NOAUTH"})
    void wrongPasswordIsReportedAndHidden(String login, String error) throws Exception {
        Config config = configOn(login + "127.0.0.1:" + redis.port());
        assertThatThrownBy(() -> Application.start(config, "1"))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(
                        "%s: verticles[0] (java:io.redistributed.worker.WorkerVerticle): ", config.source())
                .hasMessageContaining(error)
                .hasMessageNotContaining("wrong@");
    }

    @Test
    void namesFailedEmbeddedRedis() throws Exception {
        Path data = Files.writeString(folder.resolve("data"), "no folder");
        Config config = read("redis: { data: \"" + data + "\" }\nverticles: [{ name: x }]");
        assertThatThrownBy(() -> Application.start(config, "1"))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(config.source() + ": redis.data: ")
                .hasMessageContaining(data.toString())
                .hasMessageNotContaining("\n");
    }

    @Test
    void failedStartStopsEmbeddedRedis() throws Exception {
        Path data = folder.resolve("redis");
        Config config = read("redis: { data: \"" + data + "\" }\nverticles: [{ name: no.such.Verticle }]");
        assertThatThrownBy(() -> Application.start(config, "1")).isInstanceOf(ConfigException.class);
        // Its folder is locked while it runs.
        EmbeddedRedis.start(data).close();
    }

    private Config configOn(String url) throws Exception {
        return read("redis: { endpoints: [\"" + url + "\"], connectTimeout: 5s }\n"
                + "verticles: [{ name: \"java:io.redistributed.worker.WorkerVerticle\" }]");
    }

    private Config config(String verticles) throws Exception {
        return read("redis: { endpoints: [\"" + redis.url() + "\"] }\n" + verticles);
    }

    private Config read(String text) throws ConfigException, IOException {
        return ConfigFile.read(Files.writeString(folder.resolve("test.yaml"), text), Map.of(), Map.of());
    }
}
