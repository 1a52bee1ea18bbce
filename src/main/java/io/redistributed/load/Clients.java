package io.redistributed.load;

import io.vertx.core.Future;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpConnectOptions;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The connection pool of one event loop, spread over the URLs round robin. Creates a client when none is idle. */
final class Clients {

    /** Below the keep-alive timeout of the service, so that no request is sent on a connection that is being closed. */
    private static final long LONGEST_IDLE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final ArrayDeque<Client> idle = new ArrayDeque<>();
    private final HttpClientAgent http;
    private final List<URI> urls;
    private final int most;
    private final String token;
    private int turn;
    private int busy;

    /**
     * @param most maximum number of clients
     * @param turn index of the first URL
     * @param token API key or token to send; empty for none
     */
    Clients(HttpClientAgent http, List<URI> urls, int most, int turn, String token) {
        this.http = http;
        this.urls = urls;
        this.most = most;
        this.turn = turn;
        this.token = token;
    }

    boolean areAllBusy() {
        return busy == most;
    }

    int busy() {
        return busy;
    }

    /** Returns a client; pass it back to {@link #release}, even if its connection has closed. */
    Future<Client> acquire() {
        busy++;
        for (Client next = idle.poll(); next != null; next = idle.poll()) {
            if (next.isOpen() && next.idleNanos() < LONGEST_IDLE_NANOS) {
                return Future.succeededFuture(next);
            }
            next.close();
        }
        return connect().onFailure(cause -> busy--);
    }

    void release(Client client) {
        busy--;
        if (client.isOpen()) {
            client.idle();
            idle.add(client);
        }
    }

    private Future<Client> connect() {
        URI url = urls.get(turn++ % urls.size());
        HttpConnectOptions options = new HttpConnectOptions()
                .setHost(url.getHost())
                .setPort(url.getPort())
                .setSsl(url.getScheme().equals("https"));
        return http.connect(options).map(connection -> new Client(connection, token));
    }
}
