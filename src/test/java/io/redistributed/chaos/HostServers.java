package io.redistributed.chaos;

import io.redistributed.testing.RedisServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** One server on a host of its own, and the hosts of the nodes. This process, with clients and collector, is on the bridge. */
final class HostServers extends OneServer {

    /** Address of the bridge, which the script has set. */
    static final String HERE = "10.77.0.254";

    private final Host host;
    private final List<TcpProxy> proxies = new ArrayList<>();

    private HostServers(Host host, RedisServer server) {
        super(server);
        this.host = host;
    }

    static HostServers start() {
        Host host = Host.create("redis", 100);
        try {
            InetAddress address = InetAddress.getByName(host.address());
            return new HostServers(host, RedisServer.startOn(address, host.launcher(), "protected-mode no"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Host host() {
        return host;
    }

    @Override
    public Network network(String node, int number) {
        return Host.create(node, number);
    }

    @Override
    public String reachable(int port) throws IOException {
        if (proxies.isEmpty()) {
            proxies.add(new TcpProxy(InetAddress.getByName(HERE), port));
        }
        return "http://" + HERE + ":" + port;
    }

    @Override
    public String settings() {
        return "{ mode: standalone, endpoints: [\"" + master(0).url() + "\"] }";
    }

    @Override
    public void close() {
        super.close();
        for (TcpProxy proxy : proxies) {
            try {
                proxy.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
