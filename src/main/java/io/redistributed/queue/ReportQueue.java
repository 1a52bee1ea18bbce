package io.redistributed.queue;

import io.opentelemetry.api.OpenTelemetry;
import io.redistributed.pubsub.ChannelPolicies;
import io.redistributed.redis.RedisRefusedException;
import io.redistributed.redis.RedisSettings;
import io.redistributed.redis.RedisUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Submits, reads and awaits reports. Also reaps, so that reports of dead workers end while any node is alive. Used on
 * the event loop that created it.
 *
 * <p>Reports are spread over {@link QueueSettings#partitions} in turn, except those with an idempotency key, whose
 * partition follows from the key.
 */
public final class ReportQueue {

    /** Destination of reports on spans and in channel policies. Each worker has its own channel. */
    public static final String DESTINATION = "reports";

    private final List<PartitionQueue> partitions;

    private int turn;

    private ReportQueue(List<PartitionQueue> partitions) {
        this.partitions = partitions;
    }

    /**
     * Connects; fails with a {@link io.redistributed.redis.RedisUnavailableException} if Redis cannot be reached, and
     * with an {@link IllegalStateException} if it may evict stored reports.
     *
     * @param policies policies for the destination {@link #DESTINATION}
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

    /** Calls {@link #submit(NewReport, IdempotencyKey)} without a key. */
    public Future<Submitted> submit(NewReport report) {
        return submit(report, IdempotencyKey.NONE);
    }

    /**
     * Stores a report and sends it to a free worker, or queues it, under a PRODUCER span {@code publish reports} of the
     * current trace.
     *
     * @param key if the same owner submitted the same request with this key before, its report is returned and nothing
     *     is stored
     * @return once the report is stored; or a {@link QueueFullException}; or an {@link IdempotencyConflictException}; or a
     *     {@link io.redistributed.redis.RedisUnavailableException} after some seconds without Redis: then the report may
     *     or may not be stored; or a {@link io.redistributed.redis.RedisRefusedException} at once
     */
    public Future<Submitted> submit(NewReport report, IdempotencyKey key) {
        try {
            IdempotencyKey own = key.of(report.owner());
            return own == IdempotencyKey.NONE
                    ? submitToOneOf(partitionsInTurn(), report)
                    : partitions.get(own.partition(partitions.size())).submit(report, own, null);
        } catch (RuntimeException e) {
            // Callers give back what they have reserved.
            return Future.failedFuture(e);
        }
    }

    /**
     * Starts to store a long input in chunks. Then {@link #submit(NewReport, IdempotencyKey, InputUpload) submit} its report,
     * or {@link InputUpload#discard discard} it.
     *
     * @param owner owner of the report
     * @param key key of the report; its fingerprint is not needed yet
     */
    public InputUpload upload(Owner owner, IdempotencyKey key) {
        IdempotencyKey own = key.of(owner);
        PartitionQueue partition = own == IdempotencyKey.NONE
                ? partitionsInTurn().get(0)
                : partitions.get(own.partition(partitions.size()));
        return partition.upload(owner);
    }

    /**
     * Submits a report whose input was uploaded; see {@link #submit(NewReport, IdempotencyKey)}. Deletes the input if the
     * report is not stored.
     *
     * @param report without input
     */
    public Future<Submitted> submit(NewReport report, IdempotencyKey key, InputUpload upload) {
        return Future.succeededFuture()
                .compose(start ->
                        partitions.get(upload.partition().number()).submit(report, key.of(report.owner()), upload))
                .onComplete((submitted, failure) -> {
                    // Without an answer the report may be stored.
                    boolean isUnknown =
                            failure instanceof RedisUnavailableException && !(failure instanceof RedisRefusedException);
                    if (failure == null ? !submitted.id().equals(upload.id()) : !isUnknown) {
                        upload.discard();
                    }
                });
    }

    /**
     * Cancels a report; see {@link Cancellation} for the results. Fails with a {@link
     * io.redistributed.redis.RedisUnavailableException} after some seconds without Redis.
     */
    public Future<Cancellation> cancel(String id) {
        return partitionOf(id).cancel(id);
    }

    /**
     * Retries a failed or cancelled report with all its attempts.
     *
     * @return whether the report exists; fails with a {@link QueueFullException}, or with an {@link
     *     IllegalStateException} that says why it cannot be retried
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

    /** Returns the size of the queue in the whole cluster. */
    public Future<QueueFigures> figures() {
        return ofAllPartitions(PartitionQueue::figures)
                .map(partitions -> partitions.stream().reduce(QueueFigures.NONE, QueueFigures::and));
    }

    /** Returns the current state of a report; empty if it does not exist. */
    public Future<Optional<Report>> find(String id) {
        return partitionOf(id).find(id);
    }

    /**
     * Returns a report when it ends, after {@code atMost}, or when the wait is abandoned. Empty at once if the report
     * does not exist. Continues while Redis is unavailable. Fails if Redis is still unavailable at the end, or if this
     * queue is closed.
     *
     * @param abandoned completes or fails when the caller stops waiting
     */
    public Future<Optional<Report>> await(String id, Duration atMost, Future<?> abandoned) {
        return partitionOf(id).await(id, atMost, abandoned);
    }

    /**
     * Calls a listener with the id of each report of the cluster that ends, from now on. While Redis is unavailable, ends
     * are missed.
     */
    public void onEnded(Consumer<String> listener) {
        partitions.forEach(partition -> partition.onEnded(listener));
    }

    /** Returns the result of a done report, with its first bytes; empty if there is none. */
    public Future<Optional<StoredResult>> result(String id) {
        return partitionOf(id).result(id);
    }

    /**
     * Returns by name the report types that workers of the cluster have or that reports wait for. A type without
     * workers is removed after a lease, when no report waits for it.
     */
    public Future<SortedMap<String, AnnouncedType>> types() {
        return partitions.get(Partition.FIRST.number()).types();
    }

    /** Returns whether any partition is connected. */
    public boolean isConnected() {
        return partitions.stream().anyMatch(PartitionQueue::isConnected);
    }

    /** Returns whether any partition would accept a report, as of the latest probe or refusal. */
    public boolean isReady() {
        return partitions.stream().anyMatch(partition -> partition.refusal().isEmpty());
    }

    /** Returns the distinct reasons why partitions would not accept a report; empty if all would. */
    public List<String> refusals() {
        return partitions.stream()
                .flatMap(partition -> partition.refusal().stream())
                .distinct()
                .toList();
    }

    /** Returns whether all partitions are connected. */
    public boolean isWhollyConnected() {
        return partitions.stream().allMatch(PartitionQueue::isConnected);
    }

    /** Closes the connections and fails the pending waits. */
    public Future<Void> close() {
        return Future.join(partitions.stream().map(PartitionQueue::close).toList())
                .mapEmpty();
    }

    /** If one partition is full or refuses, others may still accept. */
    private static Future<Submitted> submitToOneOf(List<PartitionQueue> partitions, NewReport report) {
        Future<Submitted> submitted = partitions.get(0).submit(report, IdempotencyKey.NONE, null);
        return partitions.size() == 1
                ? submitted
                : submitted.recover(
                        cause -> cause instanceof QueueFullException || cause instanceof RedisRefusedException
                                ? submitToOneOf(partitions.subList(1, partitions.size()), report)
                                : Future.failedFuture(cause));
    }

    /**
     * Returns the partitions, starting with another each time. Leaves out those that are unavailable or refuse, unless
     * all do.
     */
    private List<PartitionQueue> partitionsInTurn() {
        if (partitions.size() == 1) {
            return partitions;
        }
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
