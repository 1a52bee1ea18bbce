package io.redistributed.javaagent.redisson;

import io.redistributed.pubsub.PublishOperation;
import java.util.ArrayList;
import java.util.List;

/** The messages of a batch. If it skips results or is discarded, they have no answers of their own. */
public final class BatchPublishes {

    private final List<PublishOperation> operations = new ArrayList<>();

    synchronized void add(PublishOperation operation) {
        operations.add(operation);
    }

    /** Ends all spans that no answer has ended. */
    synchronized void end(Throwable failure) {
        for (PublishOperation operation : operations) {
            if (failure != null) {
                operation.fail(failure);
            } else {
                operation.end();
            }
        }
        operations.clear();
    }
}
