package io.redistributed.redis;

import static io.redistributed.testing.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.OpenTelemetry;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.PfxOptions;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import java.util.List;
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
