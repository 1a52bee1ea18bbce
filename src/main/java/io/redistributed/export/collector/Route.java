package io.redistributed.export.collector;

import io.redistributed.settings.SystemProxy;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.SocketAddress;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * The way to a collector.
 *
 * @param server address to connect to; null if the proxy looks up the host
 * @param proxy null if there is none
 */
record Route(SocketAddress server, ProxyOptions proxy) {

    /**
     * Finds the proxy that the JVM's properties name for this endpoint or looks up the host. Blocks.
     *
     * @param turn which of the host's addresses: Vert.x would use the first only
     */
    static Route find(ExporterSettings settings, int turn) throws UnknownHostException {
        Optional<ProxyOptions> proxy = SystemProxy.find(settings.url());
        if (proxy.isPresent()) {
            return new Route(null, proxy.get());
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
