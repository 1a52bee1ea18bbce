package io.redistributed.queue;

import static java.util.Comparator.comparing;

import io.redistributed.queue.ModelPartition.Worker;
import io.redistributed.queue.Operation.Finish;
import io.redistributed.queue.Operation.FinishAll;
import io.redistributed.queue.Operation.Heartbeat;
import io.redistributed.queue.Operation.Running;
import io.redistributed.queue.Operation.Submit;
import io.redistributed.queue.Operation.SubmitAll;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Specifies the Lua scripts in plain Java, with one method for each script that returns its reply. */
final class QueueModel {

    private static final int MAX_UNDELIVERED = 20;
    private static final long LONGEST_BACKOFF = 3_600_000;
    private static final long KEPT_FOR_SURE = 60_000;
    private static final int MOST_ENDINGS = 16;

    /** How many of the latest endings one that was retried is looked for in. */
    private static final int LOOKED_FOR = 100;

    record Description(String text, String worker) {}

    /** Of reports that ended in one call. */
    record Ending(List<String> ids, long when) {}

    record IdempotencyKey(String id, String fingerprint, long expires) {}

    final ModelPartition partition = new ModelPartition();
    final Map<String, IdempotencyKey> keys = new HashMap<>();
    /** By creation time, the ids of reports that were created in one call; {@code -} for one that was not accepted. */
    final SortedMap<Long, List<String>> recent = new TreeMap<>();
    /** Announced type sets, with the latest time. */
    final SortedMap<String, Long> typeSets = new TreeMap<>();
    /** By type. */
    final Map<String, Description> descriptions = new HashMap<>();
    /** In their order; also of reports that were tried again since, until they are looked at. */
    final List<Ending> ended = new ArrayList<>();

    /** Owners in the order of their turns. */
    List<String> turns = new ArrayList<>();

    Long reaped;
    Long grace;
    /** The messages that were sent, as {@code channel message}. */
    final List<String> published = new ArrayList<>();
    /** The time, µs since the epoch. */
    long micros;

    private final Fairness fairness = new Fairness();
    private boolean hasCounted;
    private final Set<String> listening = new HashSet<>();
    private final QueueSettings settings;
    private final long lease;
    private final long interval;
    private final long retention;

    QueueModel(QueueSettings settings, long micros) {
        this.settings = settings;
        this.lease = settings.lease().toMillis();
        this.interval = settings.heartbeatInterval().toMillis();
        this.retention = settings.retention().toMillis();
        this.micros = micros;
    }

    void pass(long more) {
        micros += more;
        keys.values().removeIf(key -> key.expires <= now());
    }

    void listen(String worker, boolean listens) {
        if (listens) {
            listening.add(worker);
        } else {
            listening.remove(worker);
        }
    }

    Object submit(SubmitAll call) {
        Object[] statuses = new Object[call.reports().size()];
        List<Integer> rest =
                submit(call, IntStream.range(0, statuses.length).boxed().toList(), statuses);
        while (!rest.isEmpty()) {
            rest = submit(call, rest, statuses);
        }
        return Arrays.asList(statuses);
    }

    /** Returns the reports that share their id or key with an earlier one, and are decided after it. */
    private List<Integer> submit(SubmitAll call, List<Integer> places, Object[] statuses) {
        List<Integer> later = new ArrayList<>();
        Map<Integer, ModelReport> fresh = new LinkedHashMap<>();
        Set<String> seen = new HashSet<>();
        for (int place : places) {
            Submit request = call.reports().get(place);
            Optional<Object> known = known(request);
            if (seen.contains(request.id()) || seen.contains(request.key())) {
                later.add(place);
            } else if (known.isPresent()) {
                statuses[place] = known.get();
            } else {
                seen.add(request.id());
                if (!request.key().isEmpty()) {
                    seen.add(request.key());
                }
                fresh.put(place, new ModelReport(request, 0));
            }
        }
        long created = freeTimes(fresh.size());
        long next = created;
        for (ModelReport report : fresh.values()) {
            report.created = next++;
            partition.reports.put(report.id(), report);
        }
        List<String> types = fresh.values().stream()
                .map(report -> report.request.type())
                .distinct()
                .toList();
        Set<ModelReport> full = new HashSet<>();
        for (String type : types) {
            full.addAll(place(
                    type,
                    fresh.values().stream()
                            .filter(report -> report.request.type().equals(type))
                            .toList(),
                    call.mostWaiting()));
        }
        fresh.forEach((place, report) -> {
            statuses[place] = full.contains(report) ? "full" : "accepted";
            if (full.contains(report)) {
                partition.reports.remove(report.id());
            } else {
                store(report);
            }
        });
        if (full.size() < fresh.size()) {
            recent.put(
                    created,
                    fresh.values().stream()
                            .map(report -> full.contains(report) ? "-" : report.id())
                            .toList());
        }
        return later;
    }

    private Optional<Object> known(Submit request) {
        if (partition.reports.containsKey(request.id())) {
            return Optional.of("accepted");
        }
        // The key means something only while its report is there.
        return Optional.ofNullable(keys.get(request.key()))
                .filter(key -> partition.reports.containsKey(key.id))
                .map(key -> key.fingerprint.equals(request.fingerprint())
                        ? List.of(
                                "known",
                                key.id,
                                partition.reports.get(key.id).request.trace())
                        : List.of("conflict", key.id));
    }

    /** The first of that many microseconds from now on in which no report was created. */
    private long freeTimes(int count) {
        long first = micros;
        while (LongStream.range(first, first + count).anyMatch(this::isTaken)) {
            first++;
        }
        return first;
    }

    private boolean isTaken(long created) {
        SortedMap<Long, List<String>> until = recent.headMap(created + 1);
        return !until.isEmpty() && until.lastKey() + until.get(until.lastKey()).size() > created;
    }

    /** Sends the reports of one type to workers or queues them; returns the refused ones. */
    private List<ModelReport> place(String type, List<ModelReport> reports, int mostWaiting) {
        List<ModelReport> rest = partition.waiting(List.of(type)).findAny().isPresent() ? reports : send(type, reports);
        List<ModelReport> refused = new ArrayList<>();
        for (ModelReport report : rest) {
            if (hasPlace(report, mostWaiting)) {
                report.queue(null);
            } else {
                refused.add(report);
            }
        }
        return refused;
    }

    /** An owner may have eight times as many as stay free. */
    private boolean hasPlace(ModelReport report, int mostWaiting) {
        List<ModelReport> waiting = partition.waiting();
        long own = waiting.stream()
                .filter(other -> other.owner().equals(report.owner()))
                .count();
        int free = mostWaiting - waiting.size();
        return free > 0 && (report.owner().isEmpty() || own < 8L * free);
    }

    private void store(ModelReport report) {
        Submit request = report.request;
        hasCounted = true;
        if (!request.key().isEmpty()) {
            keys.put(request.key(), new IdempotencyKey(report.id(), request.fingerprint(), now() + retention));
        }
    }

    Object finish(FinishAll call) {
        Object[] statuses = new Object[call.attempts().size()];
        List<Integer> others = new ArrayList<>();
        List<String> done = new ArrayList<>();
        for (String worker : call.workers()) {
            for (int i = 0; i < statuses.length; i++) {
                Finish finish = call.attempts().get(i);
                if (finish.worker().equals(worker) && finish.isDone()) {
                    running(finish).ifPresent(report -> done.add(report.id()));
                    statuses[i] = finish(finish);
                }
            }
        }
        for (int i = 0; i < statuses.length; i++) {
            if (!call.attempts().get(i).isDone()) {
                others.add(i);
            }
        }
        if (!done.isEmpty()) {
            ended.add(new Ending(List.copyOf(done), now()));
            published.add("ended " + String.join(" ", done));
        }
        others.forEach(i -> statuses[i] = finish(call.attempts().get(i)));
        List<List<String>> messages = call.workers().stream()
                .map(worker -> takeAtMost(call.more(worker), worker))
                .toList();
        return List.of(Arrays.asList(statuses), messages);
    }

    private Optional<ModelReport> running(Finish finish) {
        return partition.find(finish.id()).filter(report -> report.isLeasedTo(finish.worker(), finish.attempt()));
    }

    private String finish(Finish finish) {
        Optional<ModelReport> running = running(finish);
        if (running.isPresent()) {
            end(running.get(), finish);
            return "ok";
        }
        return partition
                        .find(finish.id())
                        .filter(report -> isRepeated(report, finish))
                        .isPresent()
                ? "ok"
                : "stale";
    }

    private static boolean isRepeated(ModelReport report, Finish finish) {
        return switch (finish.outcome()) {
            case "done", "cancelled" ->
                finish.outcome().equals(report.state.text())
                        && finish.worker().equals(report.worker)
                        && finish.attempt() == report.attempt;
            default -> Finish.ERROR.equals(report.errors.get(finish.attempt()));
        };
    }

    private void end(ModelReport report, Finish finish) {
        report.release();
        report.previous = Messages.span(finish.worker(), report.key());
        if (finish.isDone()) {
            report.end(ReportState.DONE, now());
        } else if (finish.outcome().equals("cancelled")) {
            requeue(report);
        } else if (finish.outcome().equals("crashed")) {
            report.blame(Finish.ERROR);
            countCrash(report);
        } else {
            report.failures++;
            report.blame(Finish.ERROR);
            if (finish.outcome().equals("failed")
                    || report.failures >= settings.maxAttempts()
                    || report.cancelled != null) {
                giveUp(report);
            } else {
                long pause = settings.backoff().toMillis() << (report.failures - 1);
                report.queue(now() + Math.min(pause, LONGEST_BACKOFF));
            }
        }
    }

    Object heartbeat(Heartbeat heartbeat) {
        List<String> lost = new ArrayList<>();
        List<String> gone = new ArrayList<>();
        List<String> cancelled = new ArrayList<>();
        List<ModelReport> overdue = new ArrayList<>();
        List<ModelReport> missing = partition.leasedTo(heartbeat.worker());
        Worker known = partition.workers.get(heartbeat.worker());
        long since = known == null ? 0 : now() - known.lastHeartbeat;
        for (Running running : heartbeat.leases()) {
            ModelReport report = partition.reports.get(running.id());
            if (report != null && report.isLeasedTo(heartbeat.worker(), running.attempt())) {
                missing.remove(report);
                report.previous = Messages.span(heartbeat.worker(), running.key());
                report.skip(since > lease ? since : 0);
                report.startBy(now());
                report.waits(running.progress().equals("waiting"), now());
                if (report.deadline <= now()) {
                    if (!overdue.contains(report)) {
                        lost.add(running.key());
                        overdue.add(report);
                    }
                    continue;
                }
                report.renew(running.progress());
                if (report.cancelled != null) {
                    cancelled.add(running.key());
                }
            } else if (!running.progress().equals("finishing")) {
                lost.add(running.key());
                if (report == null) {
                    gone.add(running.key());
                }
            }
        }
        // An attempt sent within the last interval may not have arrived yet.
        missing.removeIf(report -> report.started <= now() && report.started + interval >= now());
        missing.forEach(ModelReport::release);
        overdue.forEach(ModelReport::release);
        List<String> takenBack = missing.stream().map(ModelReport::key).toList();

        Worker worker = partition.workers.computeIfAbsent(heartbeat.worker(), Worker::new);
        worker.lastHeartbeat = now();
        // Lost attempts still occupy slots.
        worker.types = heartbeat.types();
        worker.slots = Math.max(0, heartbeat.slots() - lost.size());
        worker.sequence = Math.max(worker.sequence, heartbeat.sequence());
        if (!heartbeat.types().isEmpty()) {
            typeSets.merge(worker.typeSet(), now(), Math::max);
        }
        List<List<String>> contested = heartbeat.describes() ? describe(heartbeat) : List.of();
        List<String> undescribed = heartbeat.types().stream()
                .filter(type -> !descriptions.containsKey(type))
                .toList();
        // Messages may not arrive at this worker.
        worker.listed = false;
        overdue.forEach(report -> crashed(report, heartbeat.worker()));
        missing.forEach(this::undelivered);
        worker.listed = true;

        List<String> messages = takeAtMost(RandomOperations.MANY, heartbeat.worker());
        return List.of(lost, takenBack, messages, cancelled, undescribed, contested, gone);
    }

    /** The newest description counts. Differing ones of live workers are reported. */
    private List<List<String>> describe(Heartbeat heartbeat) {
        List<List<String>> contested = new ArrayList<>();
        for (String type : heartbeat.types()) {
            Description known = descriptions.get(type);
            if (known != null
                    && !known.text.equals(heartbeat.description())
                    && !known.worker.equals(heartbeat.worker())
                    && partition.workers.containsKey(known.worker)) {
                contested.add(List.of(type, known.worker));
            }
            descriptions.put(type, new Description(heartbeat.description(), heartbeat.worker()));
        }
        return contested;
    }

    private void undelivered(ModelReport report) {
        report.undelivered++;
        if (report.undelivered < MAX_UNDELIVERED) {
            requeue(report);
        } else {
            report.blame("sent to workers " + MAX_UNDELIVERED + " times, but no worker ran it");
            giveUp(report);
        }
    }

    Object reap(int limit) {
        long last = reaped == null ? -1 : reaped;
        if (reaped != null && reaped <= now() && now() - reaped < interval * 0.9) {
            return List.of(0L, 0L, 0L, 0L, 0L, List.of(), last, now());
        }
        if (reaped == null || isAfterSilence()) {
            grace = now() + 2 * interval;
        }
        if (reaped != null && reaped > now()) {
            partition.delayedUntil(Long.MAX_VALUE, Integer.MAX_VALUE).forEach(report -> report.due += now() - reaped);
        }
        reaped = now();
        partition.workers.values().forEach(worker -> worker.lastHeartbeat = Math.min(worker.lastHeartbeat, now()));
        partition.workers.values().forEach(worker -> worker.listed &= worker.lastHeartbeat > now() - 2.5 * interval);

        boolean inGrace = grace != null && grace > now();
        List<Worker> dead = inGrace ? List.of() : partition.silentSince(now() - lease, limit);
        int crashed = 0;
        for (Worker worker : dead) {
            for (ModelReport report : partition.leasedTo(worker.name)) {
                if (crashed < limit) {
                    crashed++;
                    report.release();
                    if (report.waiting) {
                        undelivered(report);
                    } else {
                        crashed(report, worker.name);
                    }
                }
            }
            if (partition.leasedTo(worker.name).isEmpty()) {
                partition.workers.remove(worker.name);
            }
        }
        List<ModelReport> due = partition.delayedUntil(now(), limit);
        due.forEach(this::requeue);
        if (!inGrace) {
            typeSets.values().removeIf(lastHeartbeat -> lastHeartbeat <= now() - lease);
            descriptions
                    .keySet()
                    .removeIf(type -> typeSets.keySet().stream()
                                    .noneMatch(set -> List.of(set.split(",")).contains(type))
                            && partition.waiting(List.of(type)).findAny().isEmpty());
        }
        recent.keySet().removeIf(created -> created <= micros - retention * 1000);

        int atOnce = Math.min(limit, MOST_ENDINGS);
        int endings = 0;
        int lookedAt = 0;
        List<ModelReport> forgotten = new ArrayList<>();
        for (int oldest = forgetOldest(limit, forgotten);
                oldest > 0;
                oldest = forgetOldest(endings < atOnce ? limit - lookedAt : 0, forgotten)) {
            endings++;
            lookedAt += oldest;
        }
        unlist(forgotten);

        boolean more = crashed == limit || due.size() == limit || lookedAt >= limit || endings == atOnce;
        if (more) {
            reaped = now() - interval;
        }
        return List.of(
                1L, (long) crashed, (long) due.size(), (long) dead.size(), more ? 1L : 0L, List.of(), last, now());
    }

    /** If no node could reap, no worker could send a heartbeat either; after a short pause this counts once. */
    private boolean isAfterSilence() {
        boolean shortly = now() - reaped > 2.5 * interval && (grace == null || reaped > grace);
        boolean misplaced = grace != null && grace > now() + 2 * interval;
        return reaped > now() || now() - reaped > lease || misplaced || shortly;
    }

    /**
     * Forgets the oldest reports that ended together, if they are past the retention, or too much is stored and they ended a
     * while ago. Returns how many that were.
     *
     * @param forgotten gets those that were stored
     */
    private int forgetOldest(int limit, List<ModelReport> forgotten) {
        if (limit <= 0 || ended.isEmpty()) {
            return 0;
        }
        long age = now() - ended.get(0).when();
        boolean isKept = Math.abs(age) < Math.min(KEPT_FOR_SURE, retention);
        if (isKept || age < retention && stored() <= settings.maxStored()) {
            return 0;
        }
        Ending oldest = ended.remove(0);
        oldest.ids().stream()
                .flatMap(id -> partition.find(id).stream())
                .filter(report -> Objects.equals(report.ended, oldest.when()))
                .toList()
                .forEach(report -> forgotten.add(partition.reports.remove(report.id())));
        return oldest.ids().size();
    }

    /**
     * Removes the entries in which reports were created, each unless a report of it is stored: an id may have been used again since.
     */
    private void unlist(List<ModelReport> reports) {
        long nextEntry = 0;
        for (long created :
                reports.stream().mapToLong(report -> report.created).sorted().toArray()) {
            SortedMap<Long, List<String>> until = recent.headMap(created + 1);
            if (created >= nextEntry && !until.isEmpty()) {
                List<String> ids = until.get(until.lastKey());
                nextEntry = until.lastKey() + ids.size();
                if (ids.stream().noneMatch(partition.reports::containsKey)) {
                    recent.remove(until.lastKey());
                }
            }
        }
    }

    /** How much is stored; null before the first report. */
    Long bytes() {
        return hasCounted ? stored() : null;
    }

    private long stored() {
        return partition.reports.values().stream().mapToLong(ModelReport::size).sum();
    }

    private void crashed(ModelReport report, String worker) {
        report.blame("worker " + worker + " was lost, or exceeded the time limit");
        countCrash(report);
    }

    private void countCrash(ModelReport report) {
        report.crashes++;
        if (report.crashes >= settings.maxCrashes()) {
            giveUp(report);
        } else {
            requeue(report);
        }
    }

    Object leave(String worker) {
        partition.workers.remove(worker);
        List<ModelReport> running = partition.leasedTo(worker);
        running.forEach(ModelReport::release);
        running.forEach(this::requeue);
        return (long) running.size();
    }

    Object cancel(String id) {
        ModelReport report = partition.reports.get(id);
        if (report == null) {
            return "unknown";
        } else if (report.state == ReportState.RUNNING) {
            report.cancelled = now();
            published.add("control:" + report.worker + " " + report.key());
            return "cancelling";
        } else if (report.state == ReportState.QUEUED) {
            conclude(report, ReportState.CANCELLED);
            forgetTurnsIfNoneWaits();
        }
        return report.state == ReportState.CANCELLED ? "cancelled" : "ended";
    }

    Object retry(String id, int mostWaiting) {
        ModelReport report = partition.reports.get(id);
        if (report == null) {
            return "unknown";
        } else if (report.state != ReportState.FAILED && report.state != ReportState.CANCELLED) {
            return report.state.text();
        } else if (!place(report, mostWaiting)) {
            return "full";
        }
        int at = ended.lastIndexOf(new Ending(List.of(id), report.ended));
        if (at >= 0 && at >= ended.size() - LOOKED_FOR) {
            ended.remove(at);
        }
        report.revive();
        return "ok";
    }

    Object workers() {
        return partition.silentSince(Long.MAX_VALUE, Integer.MAX_VALUE).stream()
                .map(worker -> List.of(
                        worker.name,
                        Heartbeat.INFORMATION,
                        String.valueOf(worker.listed ? Math.max(0, partition.free(worker)) : 0),
                        String.valueOf(worker.lastHeartbeat),
                        partition.leasedTo(worker.name).stream()
                                .map(ModelReport::id)
                                .toList()))
                .toList();
    }

    /** Starts another attempt or queues the report, unless it was cancelled. */
    private void requeue(ModelReport report) {
        if (report.cancelled != null) {
            conclude(report, ReportState.CANCELLED);
        } else {
            place(report, Integer.MAX_VALUE);
        }
    }

    /**
     * Sends the report to a worker or queues it behind waiting ones of its type. Returns false, without changes, if too
     * many wait.
     */
    private boolean place(ModelReport report, int mostWaiting) {
        if (partition.waiting(List.of(report.request.type())).findAny().isEmpty() && dispatch(report)) {
            return true;
        } else if (!hasPlace(report, mostWaiting)) {
            return false;
        }
        report.queue(null);
        return true;
    }

    private void giveUp(ModelReport report) {
        conclude(report, report.cancelled == null ? ReportState.FAILED : ReportState.CANCELLED);
    }

    private void conclude(ModelReport report, ReportState outcome) {
        report.end(outcome, now());
        ended.add(new Ending(List.of(report.id()), now()));
        published.add("ended " + report.id());
    }

    private boolean dispatch(ModelReport report) {
        return send(report.request.type(), List.of(report)).isEmpty();
    }

    /**
     * Assigns each report to the worker with the most free slots, on a tie to the one that had most before; returns the
     * reports without a free worker. An unsubscribed worker is delisted, and the rest is assigned without it.
     */
    private List<ModelReport> send(String type, List<ModelReport> reports) {
        List<Worker> workers = partition.free(type);
        Map<Worker, Long> numbers = new HashMap<>();
        for (int i = 0; i < reports.size(); i++) {
            Optional<Worker> found = workers.stream()
                    .filter(worker -> partition.free(worker) > 0)
                    .max(comparing((Worker worker) -> partition.free(worker))
                            .thenComparing(worker -> -workers.indexOf(worker)));
            List<ModelReport> rest = reports.subList(i, reports.size());
            if (found.isEmpty()) {
                return rest;
            }
            Worker worker = found.get();
            long number = numbers.computeIfAbsent(worker, first -> reserve(first, reports.size())) + 1;
            numbers.put(worker, number);
            if (!listening.contains(worker.name)) {
                worker.listed = false;
                return send(type, rest);
            }
            published.add("worker:" + worker.name + " " + assign(reports.get(i), worker, number));
        }
        return List.of();
    }

    /** Returns the number before the reserved ones. */
    private static long reserve(Worker worker, int count) {
        worker.sequence += count;
        return worker.sequence - count;
    }

    /** The messages of the next waiting reports that the worker has the types of. Their owners take turns. */
    private List<String> takeAtMost(int most, String name) {
        Worker worker = partition.workers.get(name);
        int places = worker == null ? 0 : Math.min(most, partition.free(worker));
        List<String> owners = partition.waiting().stream()
                .map(ModelReport::queue)
                .sorted()
                .map(queue -> queue.contains(" ") ? queue.substring(queue.indexOf(' ') + 1) : "")
                .distinct()
                .toList();
        List<String> order = Stream.concat(
                        turns.stream().filter(owner -> owners.size() > 1 && owners.contains(owner)), owners.stream())
                .distinct()
                .collect(Collectors.toCollection(ArrayList::new));
        fairness.onlyThese(owners);
        List<String> messages = new ArrayList<>();
        while (messages.size() < places) {
            List<ModelReport> waiting = partition.waiting(worker.types).toList();
            Optional<ModelReport> next = waiting.stream()
                    .min(comparing((ModelReport report) -> order.indexOf(report.owner()))
                            .thenComparing(waiting::indexOf));
            if (next.isEmpty()) {
                break;
            }
            ModelReport report = next.get();
            fairness.starts(report, waiting);
            messages.add(assign(report, worker, reserve(worker, 1) + 1));
            order.remove(report.owner());
            order.add(report.owner());
        }
        if (owners.size() > 1 && !messages.isEmpty()) {
            turns = order;
        }
        forgetTurnsIfNoneWaits();
        return messages;
    }

    private void forgetTurnsIfNoneWaits() {
        if (partition.waiting().isEmpty()) {
            turns = List.of();
            fairness.onlyThese(List.of());
        }
    }

    private String assign(ModelReport report, Worker worker, long number) {
        report.assign(worker.name, now(), settings.timeout().toMillis(), lease);
        return Messages.shortForm(report.key(), String.valueOf(number), report.previous);
    }

    private long now() {
        return micros / 1000;
    }
}
