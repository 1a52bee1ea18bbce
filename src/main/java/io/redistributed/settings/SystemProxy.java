package io.redistributed.settings;

import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.util.Optional;

/** Finds the proxies that the JVM's properties name ({@code https.proxyHost}, {@code socksProxyHost}). */
public final class SystemProxy {

    private SystemProxy() {}

    /** Returns the first proxy for this URL; empty if there is none. */
    public static Optional<ProxyOptions> find(URI url) {
        for (Proxy proxy : ProxySelector.getDefault().select(url)) {
            if (proxy.address() instanceof InetSocketAddress address) {
                ProxyType type = proxy.type() == Proxy.Type.SOCKS ? ProxyType.SOCKS5 : ProxyType.HTTP;
                return Optional.of(new ProxyOptions()
                        .setType(type)
                        .setHost(address.getHostString())
                        .setPort(address.getPort()));
            }
        }
        return Optional.empty();
    }
}
