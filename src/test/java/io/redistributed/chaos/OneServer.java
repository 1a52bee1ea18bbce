package io.redistributed.chaos;

import io.redistributed.testing.RedisServer;
import java.util.List;
import java.util.Map;

/** No server replaces it. */
class OneServer implements Servers {

    private final RedisServer server;

    /** @param environment of the server; if there is any, the server is the bundled one */
    OneServer(Map<String, String> environment) {
        server = environment.isEmpty() ? RedisServer.start() : RedisServer.startBundled(environment);
    }

    OneServer(RedisServer server) {
        this.server = server;
    }

    @Override
    public String settings() {
        return "{ mode: standalone, endpoints: [\"redis://localhost:" + server.port() + "\"] }";
    }

    @Override
    public List<RedisServer> all() {
        return List.of(server);
    }

    @Override
    public RedisServer master(int partition) {
        return server;
    }

    @Override
    public void close() {
        server.close();
    }
}
