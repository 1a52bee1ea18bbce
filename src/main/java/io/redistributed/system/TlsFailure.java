package io.redistributed.system;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/** Says why TLS failed, to the user of a client. */
public final class TlsFailure {

    private static final int MAX_CAUSES = 16;

    private static final Pattern ALERT = Pattern.compile("(?:Received fatal alert|.*alert received): (\\w+)");

    private TlsFailure() {}

    /** Returns what was wrong and which option may help; empty if the failure is not one of TLS. */
    public static Optional<String> text(Throwable failure) {
        Throwable cause = failure;
        SSLException tls = null;
        for (int i = 0; i < MAX_CAUSES && cause != null; i++, cause = cause.getCause()) {
            if (cause instanceof CertificateExpiredException || cause instanceof CertificateNotYetValidException) {
                return Optional.of("its certificate is not valid now (" + cause.getMessage() + ")");
            }
            if (cause instanceof CertPathBuilderException) {
                return Optional.of(
                        "its certificate is not from a trusted authority; --certificate-authority names others");
            }
            if (cause instanceof SSLException ssl) {
                tls = ssl;
            }
        }
        return Optional.ofNullable(tls).map(SSLException::getMessage).map(TlsFailure::ofAlert);
    }

    private static String ofAlert(String message) {
        Matcher alert = ALERT.matcher(message);
        return alert.matches()
                ? "it ended the TLS handshake (" + alert.group(1)
                        + "); if it requires a client certificate, --client-certificate and --client-key name one"
                : message;
    }
}
