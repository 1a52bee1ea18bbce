package io.redistributed.testing;

import static io.redistributed.testing.Waiting.await;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;

/**
 * A relay between a client and a server on loopback that can stop forwarding: connections stay open, but no bytes pass.
 * Safe to use from any thread.
 */
public final class TcpRelay implements AutoCloseable {

    private final NetClient client;
    private final List<Connection> passing = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final int target;
    private final NetServer server;
    private volatile boolean silent;

    /** @param target port of loopback */
    public TcpRelay(Vertx vertx, int target) {
        this.target = target;
        client = vertx.createNetClient();
        server = await(vertx.createNetServer().connectHandler(this::connect).listen(0, "127.0.0.1"));
    }

    public int port() {
        return server.actualPort();
    }

    /** How many connections were made so far. */
    public int connections() {
        return connections.get();
    }

    /** Stops forwarding on the current connections permanently. */
    public void silence() {
        silence(any -> true);
    }

    /** The same for connections whose client port, as the server sees it, matches. Their ends are not forwarded either. */
    public void silence(IntPredicate ports) {
        for (Connection connection : passing) {
            if (ports.test(connection.out.localAddress().port())) {
                connection.in.handler(ignored -> {}).closeHandler(null);
                connection.out.handler(ignored -> {}).closeHandler(null);
                passing.remove(connection);
            }
        }
    }

    /** Swallows the next bytes from the server on each current connection. */
    public void loseReply() {
        for (Connection connection : passing) {
            connection.out.handler(lost -> connection.out.handler(connection.in::write));
        }
    }

    /** Accepts new connections without forwarding, or forwards them normally. */
    public void acceptAndSayNothing(boolean newSilent) {
        silent = newSilent;
    }

    @Override
    public void close() {
        await(server.close());
        await(client.close());
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
            passing.add(new Connection(in, out));
            in.resume();
        });
    }

    private record Connection(NetSocket in, NetSocket out) {}
}
