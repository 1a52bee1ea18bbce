package io.redistributed.system;

import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.net.ssl.SSLContext;

/**
 * Files of a client that uses TLS, as their contents in PEM.
 *
 * @param authority certificates of the authorities to trust; null for those of the JVM
 * @param certificate chain of the client, its own certificate first; null for none
 * @param key private key of the certificate; null for none
 */
public record ClientTls(byte[] authority, byte[] certificate, byte[] key) {

    /** The defaults of the JVM. */
    public static final ClientTls NONE = new ClientTls(null, null, null);

    /** Returns whether these are the defaults of the JVM. */
    public boolean isDefault() {
        return authority == null && certificate == null;
    }

    /** Returns the context of a client. */
    public SSLContext context() {
        SslContextBuilder builder = SslContextBuilder.forClient().sslProvider(SslProvider.JDK);
        if (authority != null) {
            builder.trustManager(new ByteArrayInputStream(authority));
        }
        if (certificate != null) {
            builder.keyManager(new ByteArrayInputStream(certificate), new ByteArrayInputStream(key));
        }
        try {
            return ((JdkSslContext) builder.build()).context();
        } catch (IOException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
