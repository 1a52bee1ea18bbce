package io.redistributed.queue;

import io.opentelemetry.api.OpenTelemetry;
import io.redistributed.pubsub.ChannelPolicies;
import io.redistributed.redis.RedisRefusedException;
import io.redistributed.redis.RedisSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The asking side of the report queue: submit reports, look at them, wait for them. Also reaps, so that reports of lost
 * workers end while any node is alive. To be used on the event loop it was made on.
 *
 * <p>Reports are spread over {@link QueueSettings#partitions} in turn, but for those with an idempotency key, whose partition follows
 * from the key.
 */
public final class ReportQueue {

    /** What reports are called on spans and in channel policies; every worker has a channel of its own below it. */
    public static final String DESTINATION = "reports";

    private final List<PartitionQueue> partitions;

    private int turn;

    private ReportQueue(List<PartitionQueue> partitions) {
        this.partitions = partitions;
    }

    /**
     * Connects; fails with a {@link io.redistributed.redis.RedisUnavailableException} if Redis cannot be reached, and with
     * an {@link IllegalStateException} if it may evict what is stored.
     *
     * @param policies how the destination {@link #DESTINATION} is traced
     */
    public static Future<ReportQueue> connect(
            Vertx vertx,
            RedisSettings redis,
            QueueSettings settings,
            ChannelPolicies policies,
            OpenTelemetry openTelemetry) {
        List<Future<PartitionQueue>> connecting = IntStream.range(0, settings.partitions())
                .mapToObj(number ->
                        PartitionQueue.connect(vertx, new Partition(number), redis, settings, policies, openTelemetry))
                .toList();
        return Future.join(connecting).map(all -> new ReportQueue(all.list())).onFailure(cause -> connecting.stream()
                .filter(Future::succeeded)
                .forEach(connected -> connected.result().close()));
    }

    /** {@link #submit(NewReport, IdempotencyKey)} without a key. */
    public Future<Submitted> submit(NewReport report) {
        return submit(report, IdempotencyKey.NONE);
    }

    /**
     * Stores a report and hands it to a free worker, or lets it wait for one, under a PRODUCER span
     * {@code publish reports} of the current trace.
     *
     * @param key if the same request was submitted under it before, that report is meant and nothing is stored
     * @return once the report is stored; or a {@link QueueFullException}; or an {@link IdempotencyConflictException}; or a
     *     {@link io.redistributed.redis.RedisUnavailableException} after some seconds without Redis: then the report may
     *     or may not be stored; or a {@link io.redistributed.redis.RedisRefusedException} at once
     */
    public Future<Submitted> submit(NewReport report, IdempotencyKey key) {
        return key == IdempotencyKey.NONE
                ? submitToOneOf(partitionsInTurn(), report)
                : partitions.get(key.partition(partitions.size())).submit(report, key);
    }

    /**
     * Cancels a report; see {@link Cancellation} for what comes of it. Fails with a
     * {@link io.redistributed.redis.RedisUnavailableException} after some seconds without Redis.
     */
    public Future<Cancellation> cancel(String id) {
        return partitionOf(id).cancel(id);
    }

    /**
     * Retries a failed or cancelled report with all its attempts.
     *
     * @return whether there is such a report; or a {@link QueueFullException}; or an {@link IllegalStateException} that
     *     says why it cannot be tried again
     */
    public Future<Boolean> retry(String id) {
        return partitionOf(id).retry(id);
    }

    /**
     * Lists reports created within the retention, newest first, a page at a time. Following the cursors returns each
     * report that existed at the first page once, and no newer one. Takes a few calls for each partition.
     */
    public Future<ReportPage> list(ReportFilter filter) {
        ListCursor cursor = ListCursor.parse(filter.cursor());
        return ofAllPartitions(partition -> partition.list(filter, cursor))
                .map(pages -> PartitionPages.merge(pages, filter.limit()));
    }

    /** Returns the workers of the cluster by id, as of their latest heartbeats. */
    public Future<List<WorkerState>> workers() {
        return ofAllPartitions(PartitionQueue::workers).map(WorkerState::merge);
    }

    /** How much waits and runs now, in the whole cluster. */
    public Future<QueueFigures> figures() {
        return ofAllPartitions(PartitionQueue::figures)
                .map(partitions -> partitions.stream().reduce(QueueFigures.NONE, QueueFigures::and));
    }

    /** The report as it is now; empty if there is none of that id. */
    public Future<Optional<Report>> find(String id) {
        return partitionOf(id).find(id);
    }

    /**
     * The report once it has ended, or as it is after {@code atMost} or when nobody waits for it any more; empty at once if
     * there is none of that id. Goes on while Redis is away, and fails only if it still is in the end, or if this queue is
     * closed.
     *
     * @param abandoned completes, either way, when nobody waits any more
     */
    public Future<Optional<Report>> await(String id, Duration atMost, Future<?> abandoned) {
        return partitionOf(id).await(id, atMost, abandoned);
    }

    /** The result of a done report, with its first bytes; empty if there is none. */
    public Future<Optional<StoredResult>> result(String id) {
        return partitionOf(id).result(id);
    }

    /**
     * The report types that workers of the cluster have, or that reports wait for, by name. A type that the last worker has
     * left ends a lease later, or when no report waits for it any more.
     */
    public Future<SortedMap<String, AnnouncedType>> types() {
        return partitions.get(Partition.FIRST.number()).types();
    }

    /** Whether the connections to the Redis of any partition stand. */
    public boolean isConnected() {
        return partitions.stream().anyMatch(PartitionQueue::isConnected);
    }

    /** Whether a report would be accepted now, in any partition; as of the latest probe, or of a report refused since. */
    public boolean isReady() {
        return partitions.stream().anyMatch(partition -> partition.refusal().isEmpty());
    }

    /** Why partitions would not accept a report now, each reason once; empty if all would. */
    public List<String> refusals() {
        return partitions.stream()
                .flatMap(partition -> partition.refusal().stream())
                .distinct()
                .toList();
    }

    /** Whether the connections of all partitions stand. */
    public boolean isWhollyConnected() {
        return partitions.stream().allMatch(PartitionQueue::isConnected);
    }

    /** Closes the connections and fails the pending waits. */
    public Future<Void> close() {
        return Future.join(partitions.stream().map(PartitionQueue::close).toList())
                .mapEmpty();
    }

    /** A full partition need not mean a full queue, nor one that refuses that all do. */
    private static Future<Submitted> submitToOneOf(List<PartitionQueue> partitions, NewReport report) {
        Future<Submitted> submitted = partitions.get(0).submit(report, IdempotencyKey.NONE);
        return partitions.size() == 1
                ? submitted
                : submitted.recover(
                        cause -> cause instanceof QueueFullException || cause instanceof RedisRefusedException
                                ? submitToOneOf(partitions.subList(1, partitions.size()), report)
                                : Future.failedFuture(cause));
    }

    /** Each from another one on, and without those whose Redis is away or refuses, unless all do. */
    private List<PartitionQueue> partitionsInTurn() {
        turn = (turn + 1) % partitions.size();
        List<PartitionQueue> inTurn = Stream.concat(
                        partitions.stream().skip(turn), partitions.stream().limit(turn))
                .toList();
        List<PartitionQueue> ready = inTurn.stream()
                .filter(partition -> partition.refusal().isEmpty())
                .toList();
        return ready.isEmpty() ? inTurn : ready;
    }

    private PartitionQueue partitionOf(String id) {
        int number = Partition.numberOf(id);
        return partitions.get(number < partitions.size() ? number : Partition.FIRST.number());
    }

    private <T> Future<List<T>> ofAllPartitions(Function<PartitionQueue, Future<T>> call) {
        return Future.all(partitions.stream().map(call).toList()).map(all -> all.list());
    }
}
