package io.redistributed.queue;

import io.redistributed.settings.Settings;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;

/**
 * The rules of the report queue. Every node of a cluster should have the same ones.
 *
 * @param lease how long a worker owns a report without a beat; default 10 s. Workers beat five times in it
 * @param timeout hard bound of one attempt, above all renewal; default 15 min
 * @param attempts failed attempts after which a report has failed; default 3
 * @param crashes attempts whose worker was lost, after which a report has failed; default 2
 * @param backoff pause before the second attempt, doubling from one to the next; default 1 s
 * @param retention how long ended reports and their results are kept; default 24 h
 * @param maxWaiting reports that may wait for a worker, above which no more are taken; default 100,000
 */
public record QueueSettings(
        Duration lease,
        Duration timeout,
        int attempts,
        int crashes,
        Duration backoff,
        Duration retention,
        int maxWaiting) {

    public static final QueueSettings DEFAULT = new QueueSettings(
            Duration.ofSeconds(10), Duration.ofMinutes(15), 3, 2, Duration.ofSeconds(1), Duration.ofHours(24), 100_000);

    public QueueSettings {
        if (lease.compareTo(Duration.ofMillis(500)) < 0) {
            throw new IllegalArgumentException("lease: " + lease.toMillis() + "ms is too short; at least 500ms");
        }
    }

    /** Reads the {@code queue} part of the configuration; what is missing has its default. */
    public static QueueSettings fromJson(JsonObject json) {
        return new QueueSettings(
                Settings.duration(json, "lease", DEFAULT.lease),
                Settings.duration(json, "timeout", DEFAULT.timeout),
                Settings.number(json, "attempts", DEFAULT.attempts, 1, 100),
                Settings.number(json, "crashes", DEFAULT.crashes, 1, 100),
                Settings.duration(json, "backoff", DEFAULT.backoff),
                Settings.duration(json, "retention", DEFAULT.retention),
                Settings.number(json, "maxWaiting", DEFAULT.maxWaiting, 0, 10_000_000));
    }

    /** How often workers beat, and the queue is reaped; as in {@code common.lua}. */
    public Duration beatInterval() {
        return lease.dividedBy(5);
    }

    /** The first arguments of every script; {@code common.lua} reads them. */
    List<Object> rules() {
        return List.of(
                lease.toMillis(), timeout.toMillis(), retention.toMillis(), attempts, crashes, backoff.toMillis());
    }
}
