package io.redistributed.api.http;

import static io.redistributed.testing.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.redistributed.testing.Certificates;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(VertxExtension.class)
class CertificateWatchTest {

    @Test
    void usesNewFilesAndKeepsUsableOnes(@TempDir Path folder, Vertx vertx) throws Exception {
        Certificates first = new Certificates(Files.createDirectory(folder.resolve("first")));
        Certificates second = new Certificates(Files.createDirectory(folder.resolve("second")));
        Path certificate = folder.resolve("tls.crt");
        Path key = folder.resolve("tls.key");
        install(first, certificate, key);
        ServerTls tls = new ServerTls(certificate.toString(), key.toString(), "");
        List<Buffer> files = tls.read(vertx);
        HttpServerOptions options = new HttpServerOptions().setSsl(true).setUseAlpn(true);
        ServerTls.configure(options.getSslOptions(), files);
        HttpServer server = await(vertx.createHttpServer(options)
                .requestHandler(request -> request.response().end())
                .listen(0, "127.0.0.1"));
        CertificateWatch watch = new CertificateWatch(vertx, tls, server, options.getSslOptions(), files);
        BigInteger before = serial(server, first);

        install(second, certificate, key);
        await(watch.check());
        BigInteger after = serial(server, second);
        Files.copy(first.certificate("server"), certificate, StandardCopyOption.REPLACE_EXISTING);
        await(watch.check());
        assertThat(serial(server, second)).isEqualTo(after);
        Files.writeString(certificate, "-----BEGIN CERTIFICATE-----\nhalf");
        await(watch.check());
        Files.delete(key);
        await(watch.check());

        assertThat(after).isNotEqualTo(before);
        assertThat(serial(server, second)).isEqualTo(after);
    }

    private static void install(Certificates from, Path certificate, Path key) throws IOException {
        Files.copy(from.certificate("server"), certificate, StandardCopyOption.REPLACE_EXISTING);
        Files.copy(from.key("server"), key, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Fails if the certificate is not of that authority. */
    private static BigInteger serial(HttpServer server, Certificates authority) throws IOException {
        try (SSLSocket socket =
                (SSLSocket) authority.context("ca").getSocketFactory().createSocket("127.0.0.1", server.actualPort())) {
            socket.startHandshake();
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
        }
    }
}
