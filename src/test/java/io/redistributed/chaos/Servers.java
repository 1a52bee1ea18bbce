package io.redistributed.chaos;

import io.redistributed.testing.RedisServer;
import java.util.List;

/**
 * The Redis of a run. Nodes reach all of it at {@code localhost}, which is another address for each of them, see
 * {@link Network}.
 */
interface Servers extends AutoCloseable {

    /** The {@code redis} part of a node's configuration, in YAML. */
    String settings();

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
