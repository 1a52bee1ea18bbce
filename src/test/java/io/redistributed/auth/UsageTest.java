package io.redistributed.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.redistributed.queue.Owner;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class UsageTest {

    @Test
    void allowsTheRateAndABurst(Vertx vertx) {
        Limits limits = limits("{\"requestsPerSecond\": 10}");
        Usage usage = Usage.of(vertx, caller("a", limits));
        long now = System.nanoTime() + TimeUnit.HOURS.toNanos(1);

        assertThat(allowed(usage, limits, now, 100)).isEqualTo(20);
        assertThat(allowed(usage, limits, now + TimeUnit.MILLISECONDS.toNanos(500), 100))
                .isEqualTo(5);
        assertThat(allowed(usage, limits, now + TimeUnit.HOURS.toNanos(1), 100)).isEqualTo(20);
    }

    @Test
    void eachCallerHasItsOwn(Vertx vertx) {
        Limits limits = limits("{\"unfinished\": 1, \"streams\": 1}");
        Usage usage = Usage.of(vertx, caller("a", limits));
        assertThat(usage.startReports(limits, 1, 5)).isTrue();

        assertThat(Usage.of(vertx, caller("a", limits))).isSameAs(usage);
        assertThat(usage.hasRoom(limits)).isFalse();
        assertThat(usage.startReports(limits, 1, 5)).isFalse();
        assertThat(Usage.of(vertx, caller("b", limits)).hasRoom(limits)).isTrue();
        usage.endReport(5);
        assertThat(usage.hasRoom(limits)).isTrue();
    }

    @Test
    void manyCallersDoNotForgetWhatOneUses(Vertx vertx) {
        Limits limits = limits("{\"waits\": 1}");
        Usage usage = Usage.of(vertx, caller("a", limits));
        assertThat(usage.startWait(limits)).isTrue();

        for (int i = 0; i < 20_000; i++) {
            Usage.of(vertx, caller("other" + i, limits));
        }

        assertThat(Usage.of(vertx, caller("a", limits)).startWait(limits)).isFalse();
    }

    private static int allowed(Usage usage, Limits limits, long now, int requests) {
        int allowed = 0;
        for (int i = 0; i < requests; i++) {
            allowed += usage.request(limits, now) ? 1 : 0;
        }
        return allowed;
    }

    private static Limits limits(String json) {
        return Limits.from(new JsonObject(json), "limits.", Limits.NONE);
    }

    private static Caller caller(String name, Limits limits) {
        return new Caller(Owner.of(name), Set.of(Right.READ), limits, Caller.NEVER);
    }
}
