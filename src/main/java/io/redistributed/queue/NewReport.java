package io.redistributed.queue;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Objects;

/**
 * Describes a report to make.
 *
 * @param type report type
 * @param parameters the generator's parameters; may be empty
 * @param input data to report on; may be empty
 * @param timeout limit of one attempt, 100 ms to 24 h; null for the queue's default
 * @param priority 0 to {@value #HIGHEST_PRIORITY}; each level is worth one hour of waiting
 * @param owner who submits it
 * @param restricted whether it must not run if its type turns out to be for operators only
 */
public record NewReport(
        String type,
        JsonObject parameters,
        Buffer input,
        Duration timeout,
        int priority,
        Owner owner,
        boolean restricted) {

    public static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(100);
    public static final Duration LONGEST_TIMEOUT = Duration.ofHours(24);
    public static final int HIGHEST_PRIORITY = 9;

    public NewReport {
        Objects.requireNonNull(type);
        Objects.requireNonNull(parameters);
        Objects.requireNonNull(input);
        Objects.requireNonNull(owner);
        if (timeout != null && (timeout.compareTo(SHORTEST_TIMEOUT) < 0 || timeout.compareTo(LONGEST_TIMEOUT) > 0)) {
            throw new IllegalArgumentException(
                    "timeout: " + timeout + " is not from " + SHORTEST_TIMEOUT + " to " + LONGEST_TIMEOUT);
        }
        if (priority < 0 || priority > HIGHEST_PRIORITY) {
            throw new IllegalArgumentException("priority: " + priority + " is not from 0 to " + HIGHEST_PRIORITY);
        }
    }

    /** Creates a report without an owner. */
    public NewReport(String type, JsonObject parameters, Buffer input, Duration timeout, int priority) {
        this(type, parameters, input, timeout, priority, Owner.NONE, false);
    }

    /** Creates a report without an owner, with the queue's timeout and priority 0. */
    public NewReport(String type, JsonObject parameters, Buffer input) {
        this(type, parameters, input, null, 0);
    }

    public NewReport ownedBy(Owner newOwner) {
        return new NewReport(type, parameters, input, timeout, priority, newOwner, restricted);
    }

    public NewReport restrict() {
        return new NewReport(type, parameters, input, timeout, priority, owner, true);
    }

    public NewReport withInput(Buffer newInput) {
        return new NewReport(type, parameters, newInput, timeout, priority, owner, restricted);
    }
}
