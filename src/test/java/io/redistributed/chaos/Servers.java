package io.redistributed.chaos;

import io.redistributed.testing.RedisServer;
import java.io.IOException;
import java.util.List;

/**
 * The Redis of a run. Nodes reach all of it at {@code localhost}, which is another address for each of them, see
 * {@link LoopbackNetwork}.
 */
interface Servers extends AutoCloseable {

    /** The {@code redis} part of a node's configuration, in YAML. */
    String settings();

    /**
     * Returns the network of a node.
     *
     * @param number of the node, from 1
     */
    default Network network(String node, int number) throws IOException {
        return new LoopbackNetwork(number, this);
    }

    /** Returns where nodes reach a port that this process listens to at {@code 127.0.0.1}: {@code http://host:port}. */
    default String reachable(int port) throws IOException {
        return "http://127.0.0.1:" + port;
    }

    /** All that a node may connect to. */
    List<RedisServer> all();

    /**
     * Returns the server that has the keys of a partition now. Thread-safe.
     *
     * @throws java.io.UncheckedIOException if no server that knows answers
     */
    RedisServer master(int partition);

    @Override
    void close();
}
