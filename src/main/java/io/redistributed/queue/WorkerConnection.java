package io.redistributed.queue;

import io.opentelemetry.api.OpenTelemetry;
import io.redistributed.pubsub.RedisPubSubTelemetry;
import io.redistributed.pubsub.vertx.SubscriberOptions;
import io.redistributed.pubsub.vertx.TracedSubscriber;
import io.redistributed.redis.RedisCommands;
import io.redistributed.redis.RedisSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/**
 * Holds what all workers on one event loop share in a partition: a connection for commands, a connection for messages,
 * and the reaper. Used on that event loop.
 */
public final class WorkerConnection {

    private final Partition partition;
    private final QueueSettings settings;
    private final RedisCommands commands;
    private final TracedSubscriber messages;
    private final QueueScripts scripts;
    private final WorkerCommits commits;
    private final Reaper reaper;

    private WorkerConnection(
            Partition partition,
            QueueSettings settings,
            RedisCommands commands,
            TracedSubscriber messages,
            QueueScripts scripts,
            WorkerCommits commits,
            Reaper reaper) {
        this.partition = partition;
        this.settings = settings;
        this.commands = commands;
        this.messages = messages;
        this.scripts = scripts;
        this.commits = commits;
        this.reaper = reaper;
    }

    /**
     * Connects; fails with a {@link io.redistributed.redis.RedisUnavailableException} if Redis cannot be reached, and
     * with an {@link IllegalStateException} if it may evict stored reports.
     *
     * @param vertx the connections use its current event loop
     * @param partition number of the partition, below {@link QueueSettings#partitions}
     */
    public static Future<WorkerConnection> connect(
            Vertx vertx, RedisSettings redis, QueueSettings settings, OpenTelemetry openTelemetry, int partition) {
        Partition number = new Partition(partition);
        RedisSettings there = number.in(redis);
        return RedisCommands.connect(vertx, there, openTelemetry).compose(commands -> {
            QueueScripts scripts = new QueueScripts(commands, number, settings);
            Future<Reaper> reaper = Reaper.start(vertx, number, there, settings, commands, scripts, openTelemetry);
            return reaper.compose(started -> TracedSubscriber.connect(
                            vertx, there, RedisPubSubTelemetry.create(openTelemetry), SubscriberOptions.DEFAULT))
                    .map(messages -> new WorkerConnection(
                            number,
                            settings,
                            commands,
                            messages,
                            scripts,
                            new WorkerCommits(vertx, number, there, settings, commands, scripts),
                            reaper.result()))
                    .onFailure(cause -> {
                        reaper.onSuccess(Reaper::close);
                        commands.close();
                    });
        });
    }

    /** @param worker id of the worker, unique in the cluster and for this run; the same in all partitions */
    public WorkerQueue queue(String worker) {
        return new WorkerQueue(partition, worker, settings, commits, scripts);
    }

    /**
     * Creates a subscriber for the channels of one worker, see {@link TracedSubscriber#shareConnection}. Close it
     * before this connection.
     */
    public Future<TracedSubscriber> subscriber(Vertx vertx, RedisPubSubTelemetry telemetry, SubscriberOptions options) {
        return messages.shareConnection(vertx, telemetry, options);
    }

    /** Closes the connections. Call it after the workers have {@linkplain WorkerQueue#leave left}. */
    public Future<Void> close() {
        commits.close();
        reaper.close();
        return Future.join(messages.close(), commands.close()).mapEmpty();
    }
}
