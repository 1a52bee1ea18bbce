package io.redistributed.api.http;

import io.vertx.core.Vertx;
import io.vertx.core.net.KeyCertOptions;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.Map;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509KeyManager;

/**
 * Checks that a private key belongs to a certificate. Neither the JDK nor Vert.x does, and each handshake would fail.
 */
final class KeyPairCheck {

    private static final byte[] MESSAGE = {1, 2, 3};

    /** Signatures by the algorithm of the key. */
    private static final Map<String, String> SIGNATURES =
            Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA", "EdDSA", "EdDSA");

    private KeyPairCheck() {}

    /**
     * Blocks.
     *
     * @param place what the error names
     * @throws IllegalArgumentException if the key is of another certificate, or one of them is not usable
     */
    static void check(Vertx vertx, KeyCertOptions pair, String place) {
        try {
            for (KeyManager manager : pair.getKeyManagerFactory(vertx).getKeyManagers()) {
                if (manager instanceof X509KeyManager keys && !belong(keys)) {
                    throw new IllegalArgumentException(place + ": the key does not belong to the certificate");
                }
            }
        } catch (IllegalArgumentException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalArgumentException(place + ": " + e.getMessage(), e);
        }
    }

    private static boolean belong(X509KeyManager keys) throws GeneralSecurityException {
        for (String algorithm : SIGNATURES.keySet()) {
            String[] aliases = keys.getServerAliases(algorithm, null);
            for (String alias : aliases == null ? new String[0] : aliases) {
                if (!belong(keys.getPrivateKey(alias), keys.getCertificateChain(alias)[0])) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean belong(PrivateKey key, X509Certificate certificate) throws GeneralSecurityException {
        if (!key.getAlgorithm().equals(certificate.getPublicKey().getAlgorithm())) {
            return false;
        }
        Signature signature = Signature.getInstance(SIGNATURES.get(key.getAlgorithm()));
        signature.initSign(key);
        signature.update(MESSAGE);
        byte[] signed = signature.sign();
        signature.initVerify(certificate.getPublicKey());
        signature.update(MESSAGE);
        return signature.verify(signed);
    }
}
