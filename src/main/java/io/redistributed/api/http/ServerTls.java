package io.redistributed.api.http;

import io.redistributed.settings.Settings;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * TLS of a server: {@code tls} in the configuration of its verticle. All files are PEM.
 *
 * @param certificate chain of the server, its own certificate first; empty for no TLS
 * @param key private key of the certificate, in PKCS #8
 * @param clientAuthority certificates of the authorities that issue those of clients, which are required then; or empty
 */
public record ServerTls(String certificate, String key, String clientAuthority) {

    /** The key of this part of a verticle's configuration. */
    public static final String KEY = "tls";

    static final ServerTls NONE = new ServerTls("", "", "");

    /** TLS 1.3 has no others; of those of 1.2, the ones with forward secrecy and authenticated encryption. */
    private static final List<String> CIPHERS = List.of(
            "TLS_AES_256_GCM_SHA384",
            "TLS_AES_128_GCM_SHA256",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    private static final Set<String> VERSIONS = Set.of("TLSv1.2", "TLSv1.3");

    /** @throws IllegalArgumentException that names the key, and says what is wrong and what is allowed */
    public static ServerTls from(Settings settings) {
        JsonObject json = settings.object(KEY);
        if (json.isEmpty()) {
            return NONE;
        }
        Settings tls = new Settings(json, KEY + ".").allowing("certificate", "key", "clientAuthority");
        ServerTls files =
                new ServerTls(tls.string("certificate", ""), tls.string("key", ""), tls.string("clientAuthority", ""));
        if (files.certificate.isEmpty() || files.key.isEmpty()) {
            throw tls.badSecret(files.certificate.isEmpty() ? "certificate" : "key", "the name of a PEM file");
        }
        return files;
    }

    public boolean isOn() {
        return !certificate.isEmpty();
    }

    /** Returns {@code https} or {@code http}. */
    public String scheme() {
        return isOn() ? "https" : "http";
    }

    /**
     * Returns the contents of the files. Blocks.
     *
     * @throws IllegalArgumentException if they cannot be used together: the files may be replaced one after the other
     */
    List<Buffer> read(Vertx vertx) {
        Buffer chain = read("certificate", certificate);
        Buffer secret = read("key", key);
        KeyPairCheck.check(
                vertx, pair(chain, secret), KEY + ".key: " + key + " and " + KEY + ".certificate: " + certificate);
        return clientAuthority.isEmpty()
                ? List.of(chain, secret)
                : List.of(chain, secret, read("clientAuthority", clientAuthority));
    }

    /** @param contents as returned by {@link #read} */
    static void configure(ServerSSLOptions options, List<Buffer> contents) {
        options.setKeyCertOptions(pair(contents.get(0), contents.get(1)));
        options.setEnabledSecureTransportProtocols(VERSIONS);
        CIPHERS.forEach(options::addEnabledCipherSuite);
        if (contents.size() > 2) {
            options.setTrustOptions(new PemTrustOptions().addCertValue(contents.get(2)))
                    .setClientAuth(ClientAuth.REQUIRED);
        }
    }

    private static PemKeyCertOptions pair(Buffer chain, Buffer secret) {
        return new PemKeyCertOptions().addCertValue(chain).addKeyValue(secret);
    }

    private static Buffer read(String setting, String file) {
        try {
            return Buffer.buffer(Files.readAllBytes(Path.of(file)));
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(KEY + '.' + setting + ": file not found: " + file, e);
        } catch (IOException e) {
            throw new UncheckedIOException(KEY + '.' + setting + ": cannot read " + file, e);
        }
    }
}
