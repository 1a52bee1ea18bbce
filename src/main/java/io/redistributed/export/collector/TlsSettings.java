package io.redistributed.export.collector;

import io.redistributed.settings.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The TLS files of an exporter for {@code https}. All are PEM files; an empty name means none.
 *
 * @param certificate of the authorities to trust instead of the JVM's
 * @param clientKey key of {@code clientCertificate}, in PKCS #8
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

    /** Blocks: reads the files. */
    void apply(Consumer<byte[]> trust, BiConsumer<byte[], byte[]> identity) {
        if (!certificate.isEmpty()) {
            trust.accept(read(certificate));
        }
        if (!clientKey.isEmpty()) {
            identity.accept(read(clientKey), read(clientCertificate));
        }
    }

    private static byte[] read(String file) {
        try {
            return Files.readAllBytes(Path.of(file));
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException("file not found: " + file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
