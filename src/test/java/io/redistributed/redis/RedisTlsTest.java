package io.redistributed.redis;

import static io.redistributed.testing.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.OpenTelemetry;
import io.redistributed.LogCapture;
import io.redistributed.settings.NodeSettings;
import io.redistributed.settings.Settings;
import io.redistributed.testing.Certificates;
import io.redistributed.testing.RedisServer;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.PfxOptions;
import io.vertx.junit5.VertxExtension;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(VertxExtension.class)
class RedisTlsTest {

    @Test
    void rejectsUntrustedCertificate(@TempDir Path folder, Vertx vertx) throws Exception {
        Path keys = folder.resolve("keys.p12");
        makeSelfSigned(keys);
        NetServer server = await(vertx.createNetServer(new NetServerOptions()
                        .setSsl(true)
                        .setKeyCertOptions(
                                new PfxOptions().setPath(keys.toString()).setPassword("changeit")))
                .connectHandler(socket -> {})
                .listen(0, "localhost"));
        RedisSettings settings = RedisSettings.of("rediss://localhost:" + server.actualPort());

        assertThatThrownBy(() -> await(RedisCommands.connect(vertx, settings, OpenTelemetry.noop())))
                .isInstanceOf(RedisUnavailableException.class)
                .hasMessageContaining("unable to find valid certification path");
    }

    @Test
    void readsFilesForEachConnection(@TempDir Path folder, Vertx vertx) throws Exception {
        Certificates certificates = new Certificates(folder);
        Path certificate = folder.resolve("own.pem");
        try (RedisServer redis = RedisServer.start()) {
            RedisSettings settings = NodeSettings.redis(new Settings(
                    JsonObject.of(
                            "endpoints",
                            JsonArray.of("rediss://localhost:" + startTls(vertx, certificates, redis.port())),
                            "tls",
                            JsonObject.of(
                                    "authority",
                                    certificates.certificate("ca").toString(),
                                    "certificate",
                                    certificate.toString(),
                                    "key",
                                    certificates.key("client").toString())),
                    "redis."));
            assertThatThrownBy(() -> connect(vertx, settings))
                    .isInstanceOf(RedisUnavailableException.class)
                    .hasMessageContaining("own.pem");

            Files.copy(certificates.certificate("client"), certificate);

            RedisCommands commands = connect(vertx, settings);
            assertThat(await(commands.send(Request.cmd(Command.PING)))).hasToString("PONG");
            await(commands.close());
        }
    }

    @Test
    void missingClientCertificateLogsNoTrace(@TempDir Path folder, Vertx vertx) {
        Certificates certificates = new Certificates(folder);
        try (LogCapture log = new LogCapture();
                RedisServer redis = RedisServer.start()) {
            RedisSettings settings = RedisSettings.of(
                            "rediss://localhost:" + startTls(vertx, certificates, redis.port()))
                    .withTls(new TlsFiles(
                            Optional.of(certificates.certificate("ca")), Optional.empty(), Optional.empty()));

            // The client logs a trace only after it has failed.
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> connect(vertx, settings))
                        .isInstanceOf(RedisUnavailableException.class)
                        .hasMessageContaining("certificate");
            }
            assertThat(log.complaints()).doesNotContain("[ERROR] Unhandled Error");
        }
    }

    private static RedisCommands connect(Vertx vertx, RedisSettings settings) {
        return await(RedisCommands.connect(vertx, settings, OpenTelemetry.noop()));
    }

    /** Starts TLS in front of a Redis, with client certificates, as Redis itself requires them by default. */
    private static int startTls(Vertx vertx, Certificates certificates, int redis) {
        NetServerOptions options = new NetServerOptions()
                .setSsl(true)
                .setClientAuth(ClientAuth.REQUIRED)
                .setTrustOptions(new PemTrustOptions()
                        .addCertPath(certificates.certificate("ca").toString()))
                .setKeyCertOptions(new PemKeyCertOptions()
                        .addCertPath(certificates.certificate("server").toString())
                        .addKeyPath(certificates.key("server").toString()));
        return await(vertx.createNetServer(options)
                        .connectHandler(near -> {
                            near.pause();
                            vertx.createNetClient().connect(redis, "127.0.0.1").onSuccess(far -> {
                                near.handler(far::write).closeHandler(closed -> far.close());
                                far.handler(near::write).closeHandler(closed -> near.close());
                                near.resume();
                            });
                        })
                        .listen(0, "localhost"))
                .actualPort();
    }

    private static void makeSelfSigned(Path keys) throws Exception {
        Process keytool = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        "changeit",
                        "-keystore",
                        keys.toString()))
                .inheritIO()
                .start();
        assertThat(keytool.waitFor()).isZero();
    }
}
