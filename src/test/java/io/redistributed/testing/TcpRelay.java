package io.redistributed.testing;

import static io.redistributed.testing.Waiting.await;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands between a client and a server on loopback, as a network that can go silent: what was connected stays so, and
 * nothing passes any more. Safe to use from any thread.
 */
public final class TcpRelay implements AutoCloseable {

    private final Vertx vertx = Vertx.vertx();
    private final NetClient client = vertx.createNetClient();
    private final List<NetSocket> passing = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final int target;
    private final NetServer server;
    private volatile boolean silent;

    /** @param target port of loopback */
    public TcpRelay(int target) {
        this.target = target;
        server = await(vertx.createNetServer().connectHandler(this::connect).listen(0, "127.0.0.1"));
    }

    public int port() {
        return server.actualPort();
    }

    /** How many connections were made so far. */
    public int connections() {
        return connections.get();
    }

    /** Nothing passes on the connections that there are now, for ever. */
    public void silence() {
        passing.forEach(socket -> socket.handler(ignored -> {}));
        passing.clear();
    }

    /** New connections are accepted, and nothing ever comes back on them; or they are as they should be. */
    public void acceptAndSayNothing(boolean newSilent) {
        silent = newSilent;
    }

    @Override
    public void close() {
        await(vertx.close());
    }

    private void connect(NetSocket in) {
        connections.incrementAndGet();
        if (silent) {
            in.handler(ignored -> {});
            return;
        }
        in.pause();
        client.connect(target, "127.0.0.1").onFailure(refused -> in.close()).onSuccess(out -> {
            in.handler(out::write).closeHandler(closed -> out.close());
            out.handler(in::write).closeHandler(closed -> in.close());
            passing.add(in);
            passing.add(out);
            in.resume();
        });
    }
}
