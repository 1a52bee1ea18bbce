package io.redistributed.redis;

import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Names the PEM files for connections with {@code rediss}. They are read for each connection, so that a connection after a
 * change of the files uses the new ones.
 *
 * @param authority file with the certificates of the authorities to trust instead of those of the JVM
 * @param certificate file with the chain to present to a server that requires a client certificate
 * @param key file with the private key of the certificate, in PKCS #8
 * @since 0.1.0
 */
public record TlsFiles(Optional<Path> authority, Optional<Path> certificate, Optional<Path> key) {

    /**
     * Checks the values.
     *
     * @param authority empty for the authorities of the JVM
     * @param certificate together with the key, or empty
     * @param key together with the certificate, or empty
     * @throws IllegalArgumentException if only one of certificate and key is there
     */
    public TlsFiles {
        if (certificate.isPresent() != key.isPresent()) {
            throw new IllegalArgumentException("certificate and key must be set together");
        }
    }

    void configure(NetClientOptions options) {
        authority.ifPresent(file -> options.setTrustOptions(new PemTrustOptions().addCertPath(absolute(file))));
        certificate.ifPresent(file -> options.setKeyCertOptions(
                new PemKeyCertOptions().addCertPath(absolute(file)).addKeyPath(absolute(key.orElseThrow()))));
    }

    private static String absolute(Path file) {
        return file.toAbsolutePath().toString();
    }
}
