package io.redistributed.export;

import io.redistributed.settings.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * How an exporter knows its collector and is known by it, with {@code https}. All are files in PEM; empty is none.
 *
 * @param certificate of the authorities to trust, instead of those that the JVM does
 * @param clientKey PKCS #8, of {@code clientCertificate}
 * @param clientCertificate that the collector is shown, with those that it was issued by
 */
record TlsSettings(String certificate, String clientKey, String clientCertificate) {

    static final TlsSettings NONE = new TlsSettings("", "", "");

    static TlsSettings from(Settings settings) {
        TlsSettings tls = new TlsSettings(
                settings.string("certificate", ""),
                settings.string("clientKey", ""),
                settings.string("clientCertificate", ""));
        if (tls.clientKey.isEmpty() != tls.clientCertificate.isEmpty()) {
            String lone = tls.clientKey.isEmpty() ? "clientCertificate" : "clientKey";
            throw settings.bad(
                    lone, settings.string(lone, ""), "of use alone; clientKey and clientCertificate go together");
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
            throw new IllegalArgumentException("there is no file " + file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
