package io.redistributed;

import static io.redistributed.testing.Waiting.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetSocket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An HTTP proxy that only knows CONNECT, on a free port of loopback. */
final class ConnectProxy implements AutoCloseable {

    private final Vertx vertx = Vertx.vertx();
    private final List<String> targets = new CopyOnWriteArrayList<>();
    private final HttpServer server =
            await(vertx.createHttpServer().requestHandler(this::connect).listen(0, "127.0.0.1"));

    int port() {
        return server.actualPort();
    }

    /** The hosts and ports that clients asked for. */
    List<String> targets() {
        return targets;
    }

    @Override
    public void close() {
        await(vertx.close());
    }

    private void connect(HttpServerRequest request) {
        String target = request.authority().toString();
        targets.add(target);
        Future<NetSocket> connected = vertx.createNetClient()
                .connect(request.authority().port(), request.authority().host());
        connected.compose(far -> request.toNetSocket().onSuccess(near -> {
            near.pipeTo(far);
            far.pipeTo(near);
        }));
    }
}
