package io.redistributed.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * An authority of our own and what it has issued, as files in PEM: a certificate for {@code 127.0.0.1} and {@code
 * localhost}, one for a client, and an expired one. Made by the JDK's {@code keytool}.
 */
public final class Certificates {

    private static final String PASSWORD = "changeit";

    private final Path folder;

    /** @param folder where the files go */
    public Certificates(Path folder) {
        this.folder = folder;
        Path store = folder.resolve("all.p12");
        generate(store, "ca", "-ext", "bc:c");
        generate(store, "server", "-signer", "ca", "-ext", "san=ip:127.0.0.1,dns:localhost");
        generate(store, "client", "-signer", "ca");
        generate(store, "expired", "-signer", "ca", "-ext", "san=ip:127.0.0.1", "-startdate", "-2d", "-validity", "1");
        try (InputStream in = Files.newInputStream(store)) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, PASSWORD.toCharArray());
            for (String name : List.of("ca", "server", "client", "expired")) {
                Certificate certificate = keys.getCertificate(name);
                Files.writeString(certificate(name), pem("CERTIFICATE", certificate.getEncoded()));
                Key key = keys.getKey(name, PASSWORD.toCharArray());
                Files.writeString(key(name), pem("PRIVATE KEY", key.getEncoded()));
            }
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @param name ca, server, client or expired */
    public Path certificate(String name) {
        return folder.resolve(name + ".pem");
    }

    /** PKCS #8. */
    public Path key(String name) {
        return folder.resolve(name + ".key");
    }

    /**
     * What a client trusts and shows.
     *
     * @param authority whose certificates are trusted
     * @param identity names of the client's own certificate; may be none
     */
    public SSLContext context(String authority, String... identity) {
        try (InputStream in = Files.newInputStream(folder.resolve("all.p12"))) {
            KeyStore all = KeyStore.getInstance("PKCS12");
            all.load(in, PASSWORD.toCharArray());
            KeyStore trusted = empty();
            trusted.setCertificateEntry(authority, all.getCertificate(authority));
            KeyStore own = empty();
            for (String name : identity) {
                own.setKeyEntry(
                        name,
                        all.getKey(name, PASSWORD.toCharArray()),
                        PASSWORD.toCharArray(),
                        all.getCertificateChain(name));
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(own, PASSWORD.toCharArray());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyStore empty() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static void generate(Path store, String name, String... more) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-alias",
                name,
                "-dname",
                "CN=" + name,
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                store.toString()));
        command.addAll(List.of(more));
        try {
            Process keytool = new ProcessBuilder(command).inheritIO().start();
            if (keytool.waitFor() != 0) {
                throw new IllegalStateException("keytool failed: " + command);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String pem(String kind, byte[] der) {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n";
    }
}
