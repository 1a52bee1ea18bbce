package io.redistributed.chaos;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The network of one node. */
interface Network extends AutoCloseable {

    /** The words in front of the command that starts the node. */
    List<String> launcher();

    /** Where clients reach the node, and where it listens. */
    String address();

    /**
     * Options of {@code java} for the node.
     *
     * @param hosts where to write a file of host names if one is needed
     */
    List<String> javaOptions(Path hosts) throws IOException;

    /** Lets no bytes pass between the node and Redis. */
    void cut();

    /** Undoes all harm. */
    void mend();

    /** Delays what passes between the node and Redis; 0 for none. */
    void delay(long millis);

    @Override
    void close() throws IOException;
}
