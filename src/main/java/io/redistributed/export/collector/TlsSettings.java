package io.redistributed.export.collector;

import io.redistributed.settings.Settings;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/**
 * The TLS files of an exporter for {@code https}. All are PEM files; an empty name means none.
 *
 * @param certificate of the authorities to trust instead of the JVM's
 * @param clientKey key of {@code clientCertificate}, RSA or EC, in PKCS #8
 * @param clientCertificate chain presented to the collector
 */
public record TlsSettings(String certificate, String clientKey, String clientCertificate) {

    public static final TlsSettings NONE = new TlsSettings("", "", "");

    static TlsSettings from(Settings settings) {
        TlsSettings tls = new TlsSettings(
                settings.string("certificate", ""),
                settings.string("clientKey", ""),
                settings.string("clientCertificate", ""));
        if (tls.clientKey.isEmpty() != tls.clientCertificate.isEmpty()) {
            throw tls.clientKey.isEmpty()
                    ? settings.badSecret("clientCertificate", "set together with clientKey")
                    : settings.badSecret("clientKey", "set together with clientCertificate");
        }
        return tls;
    }

    /**
     * Blocks: reads the files.
     *
     * @throws IllegalArgumentException if a file is missing or not PEM
     */
    void configure(HttpClientOptions options, Vertx vertx) {
        if (!certificate.isEmpty()) {
            PemTrustOptions trust = new PemTrustOptions().addCertValue(read(certificate));
            check("certificate " + certificate, () -> trust.getTrustManagerFactory(vertx));
            options.setTrustOptions(trust);
        }
        if (!clientKey.isEmpty()) {
            PemKeyCertOptions identity =
                    new PemKeyCertOptions().addKeyValue(read(clientKey)).addCertValue(read(clientCertificate));
            check(
                    "clientKey " + clientKey + " and clientCertificate " + clientCertificate,
                    () -> identity.getKeyManagerFactory(vertx));
            options.setKeyCertOptions(identity);
        }
    }

    /** Vert.x would notice at the first connection only. */
    private static void check(String files, Callable<?> use) {
        try {
            use.call();
        } catch (Exception e) {
            throw new IllegalArgumentException(files + " must be PEM: " + e.getMessage(), e);
        }
    }

    private static Buffer read(String file) {
        try {
            return Buffer.buffer(Files.readAllBytes(Path.of(file)));
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException("file not found: " + file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
