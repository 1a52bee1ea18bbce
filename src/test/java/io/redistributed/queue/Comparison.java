package io.redistributed.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Runs operations on the model and on Redis, and compares the two, and what always holds, after each. */
final class Comparison {

    /** The year 2100, so that keys that expire in the model's time do not expire in Redis. */
    private static final long START_MICROS = 4_102_444_800_000_000L;

    final QueueModel model;
    final List<Operation> operations = new ArrayList<>();
    /** The operations with what came of them. */
    final List<String> story = new ArrayList<>();

    private final RealQueue redis;
    private Snapshot before = new Snapshot();

    /** @param redis its reports and workers are forgotten */
    Comparison(RealQueue redis, QueueSettings settings) throws IOException {
        this.redis = redis;
        this.model = new QueueModel(settings, START_MICROS);
        redis.clear(settings, RandomOperations.WORKERS);
    }

    /** @throws AssertionError if model and Redis differ, or an invariant is violated */
    RealQueue.Step run(Operation operation) throws IOException {
        operations.add(operation);
        model.published.clear();
        Object reply = operation.on(model);
        RealQueue.Step step = redis.run(operation, model.micros);
        story.add(operation
                + (step.reply() == null ? "" : " -> " + step.reply())
                + (step.published().isEmpty() ? "" : "; published " + step.published()));

        assertThat(step.reply()).as("reply of Redis").isEqualTo(reply);
        assertThat(step.published()).as("published by Redis").isEqualTo(model.published);
        Invariants.check(step.stored());
        Invariants.checkStep(before, operation, step.published(), step.stored());
        assertThat(ModelSnapshot.of(model).differences(step.stored()))
                .as("differences")
                .isEmpty();
        before = step.stored();
        return step;
    }
}
