package io.redistributed.chaos;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The network between one node and Redis: an address of loopback, which only Linux has more than one of, that stands for
 * the one where the servers are, with a {@link TcpProxy} at each server's port. For the node it is {@code localhost}, the
 * name that servers are known by: so the node comes this way also to those that Sentinel or the cluster tells it of.
 */
final class Network implements AutoCloseable {

    private final List<TcpProxy> proxies = new ArrayList<>();
    private final String address;

    /** @param node its number, from 1 */
    Network(int node, Servers servers) throws IOException {
        address = "127.0.1." + node;
        for (var server : servers.all()) {
            proxies.add(new TcpProxy(InetAddress.getByName(address), server.port()));
        }
    }

    /**
     * Makes the JVM of the node take the address for {@code localhost}.
     *
     * @param hosts where to write its file of host names
     * @return options of {@code java}
     */
    List<String> javaOptions(Path hosts) throws IOException {
        String own = InetAddress.getLocalHost().getHostName();
        Files.writeString(hosts, address + " localhost\n127.0.0.1 " + own + "\n");
        return List.of("-Djdk.net.hosts.file=" + hosts, "-Dvertx.disableDnsResolver=true");
    }

    /** @see TcpProxy#cut */
    void cut() {
        proxies.forEach(TcpProxy::cut);
    }

    void mend() {
        proxies.forEach(TcpProxy::mend);
    }

    /** @see TcpProxy#delay */
    void delay(long millis) {
        proxies.forEach(proxy -> proxy.delay(millis));
    }

    @Override
    public void close() throws IOException {
        for (TcpProxy proxy : proxies) {
            proxy.close();
        }
    }
}
