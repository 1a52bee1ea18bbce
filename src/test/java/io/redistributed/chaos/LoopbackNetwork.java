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
final class LoopbackNetwork implements Network {

    private final List<TcpProxy> proxies = new ArrayList<>();
    private final String address;

    /** @param node its number, from 1 */
    LoopbackNetwork(int node, Servers servers) throws IOException {
        address = "127.0.1." + node;
        for (var server : servers.all()) {
            proxies.add(new TcpProxy(InetAddress.getByName(address), server.port()));
        }
    }

    @Override
    public List<String> launcher() {
        return List.of();
    }

    @Override
    public String address() {
        return "127.0.0.1";
    }

    /** Makes the JVM of the node take the address for {@code localhost}. */
    @Override
    public List<String> javaOptions(Path hosts) throws IOException {
        String own = InetAddress.getLocalHost().getHostName();
        Files.writeString(hosts, address + " localhost\n127.0.0.1 " + own + "\n");
        return List.of("-Djdk.net.hosts.file=" + hosts, "-Dvertx.disableDnsResolver=true");
    }

    @Override
    public void cut() {
        proxies.forEach(TcpProxy::cut);
    }

    @Override
    public void mend() {
        proxies.forEach(TcpProxy::mend);
    }

    @Override
    public void delay(long millis) {
        proxies.forEach(proxy -> proxy.delay(millis));
    }

    @Override
    public void close() throws IOException {
        for (TcpProxy proxy : proxies) {
            proxy.close();
        }
    }
}
