package io.redistributed.queue;

import static io.redistributed.testing.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.redistributed.redis.RedisRefusedException;
import io.redistributed.redis.RedisUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class GroupCommitTest {

    /** The first call was done, but its reply was lost. Its repetition has a new entry, for which Redis has no memory. */
    @Test
    void refusedEntryDoesNotFailOneThatWasDone(Vertx vertx) {
        List<List<String>> calls = new ArrayList<>();
        Promise<String> done = Promise.promise();
        Promise<String> refused = Promise.promise();
        vertx.runOnContext(now -> {
            GroupCommit<String, String> commit =
                    new GroupCommit<>(vertx, new CallTurns(vertx), Duration.ofSeconds(5), false, (entries, callers) -> {
                        calls.add(entries);
                        if (calls.size() == 1) {
                            return Future.failedFuture(new RedisUnavailableException("no reply", null));
                        }
                        return entries.contains("new")
                                ? Future.failedFuture(new RedisRefusedException("OOM", "no memory", null))
                                : Future.succeededFuture(entries);
                    });
            commit.add("done", 1).onComplete(done);
            vertx.runOnContext(later ->
                    vertx.runOnContext(afterTheCall -> commit.add("new", 1).onComplete(refused)));
        });

        assertThat(await(done.future())).isEqualTo("done");
        assertThatThrownBy(() -> await(refused.future())).hasMessageContaining("no memory");
        assertThat(calls).containsExactly(List.of("done"), List.of("done", "new"), List.of("done"), List.of("new"));
    }

    @Test
    void shortReplyFailsCallAndNotNextOne(Vertx vertx) {
        Promise<String> unanswered = Promise.promise();
        Promise<String> answered = Promise.promise();
        vertx.runOnContext(now -> {
            GroupCommit<String, String> commit = new GroupCommit<>(
                    vertx,
                    new CallTurns(vertx),
                    Duration.ofSeconds(5),
                    false,
                    (entries, callers) -> Future.succeededFuture(entries.contains("short") ? List.of() : entries));
            commit.add("short", 1).onComplete(unanswered);
            unanswered.future().onComplete(done -> commit.add("next", 1).onComplete(answered));
        });

        assertThatThrownBy(() -> await(unanswered.future())).hasMessageContaining("Unexpected result");
        assertThat(await(answered.future())).isEqualTo("next");
    }
}
