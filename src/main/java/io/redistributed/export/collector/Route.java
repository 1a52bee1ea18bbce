package io.redistributed.export.collector;

import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import io.vertx.core.net.SocketAddress;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.UnknownHostException;

/**
 * The way to a collector.
 *
 * @param server address to connect to; null if the proxy looks up the host
 * @param proxy null if there is none
 */
record Route(SocketAddress server, ProxyOptions proxy) {

    /**
     * Finds the proxy that the JVM's properties name for this endpoint ({@code https.proxyHost}, {@code socksProxyHost}), or looks up
     * the host. Blocks.
     *
     * @param turn which of the host's addresses: Vert.x would use the first only
     */
    static Route find(ExporterSettings settings, int turn) throws UnknownHostException {
        for (Proxy proxy : ProxySelector.getDefault().select(settings.url())) {
            if (proxy.address() instanceof InetSocketAddress address) {
                ProxyType type = proxy.type() == Proxy.Type.SOCKS ? ProxyType.SOCKS5 : ProxyType.HTTP;
                return new Route(
                        null,
                        new ProxyOptions()
                                .setType(type)
                                .setHost(address.getHostString())
                                .setPort(address.getPort()));
            }
        }
        InetAddress[] all = InetAddress.getAllByName(settings.host());
        InetAddress one = all[turn % all.length];
        String text = one.getHostAddress();
        return new Route(
                SocketAddress.inetSocketAddress(settings.port(), one instanceof Inet6Address ? '[' + text + ']' : text),
                null);
    }

    void applyTo(RequestOptions request) {
        if (proxy == null) {
            request.setServer(server);
        } else {
            request.setProxyOptions(proxy);
        }
    }
}
