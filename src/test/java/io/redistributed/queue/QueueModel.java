package io.redistributed.queue;

import io.redistributed.queue.ModelLane.Worker;
import io.redistributed.queue.Operation.Beat;
import io.redistributed.queue.Operation.Finish;
import io.redistributed.queue.Operation.Held;
import io.redistributed.queue.Operation.Submit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What the queue is to do, in plain Java: a specification of the Lua scripts, one method per script, with its reply. */
final class QueueModel {

    private static final int MOST_UNDELIVERED = 20;
    private static final long LONGEST_BACKOFF = 3_600_000;
    private static final long KEPT_FOR_SURE = 60_000;

    record Description(String text, String worker) {}

    record Ending(String id, long when) {}

    record IdempotencyKey(String id, String fingerprint, long expires) {}

    final ModelLane lane = new ModelLane();
    final Map<String, IdempotencyKey> keys = new HashMap<>();
    final Map<String, Long> recent = new HashMap<>();
    /** Type sets that workers have told of, with the latest time. */
    final SortedMap<String, Long> typeSets = new TreeMap<>();
    /** By type. */
    final Map<String, Description> descriptions = new HashMap<>();
    /** In their order; also of reports that were tried again since, until they are looked at. */
    final List<Ending> ended = new ArrayList<>();

    Long reaped;
    Long grace;
    /** The messages that were sent, as {@code channel message}. */
    final List<String> published = new ArrayList<>();
    /** The time, µs since the epoch. */
    long micros;

    private boolean hasCounted;
    private final Set<String> listening = new HashSet<>();
    private final QueueSettings rules;
    private final long lease;
    private final long beat;
    private final long retention;

    QueueModel(QueueSettings rules, long micros) {
        this.rules = rules;
        this.lease = rules.lease().toMillis();
        this.beat = rules.beatInterval().toMillis();
        this.retention = rules.retention().toMillis();
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

    Object submit(Submit request) {
        if (lane.reports.containsKey(request.id())) {
            return List.of("accepted");
        }
        // The key means something only while its report is there.
        IdempotencyKey known = keys.get(request.key());
        if (known != null && lane.reports.containsKey(known.id)) {
            return known.fingerprint.equals(request.fingerprint())
                    ? List.of(
                            "known",
                            known.id,
                            lane.reports.get(known.id).request.trace())
                    : List.of("conflict", known.id);
        }
        // No two reports were created at the same time.
        long created = micros;
        while (recent.containsValue(created)) {
            created++;
        }
        ModelReport report = new ModelReport(request, created);
        if (!place(report, request.mostWaiting())) {
            return List.of("full");
        }
        lane.reports.put(report.id(), report);
        hasCounted = true;
        recent.put(report.id(), report.created);
        if (!request.key().isEmpty()) {
            keys.put(request.key(), new IdempotencyKey(report.id(), request.fingerprint(), now() + retention));
        }
        return List.of("accepted");
    }

    Object finish(Finish told) {
        Optional<ModelReport> held = lane.find(told.id()).filter(r -> r.isHeldBy(told.worker(), told.attempt()));
        boolean stale = held.isEmpty()
                && lane.find(told.id()).filter(r -> isRepeated(r, told)).isEmpty();
        held.ifPresent(report -> end(report, told));
        String next = told.more() ? take(told.worker()).orElse(null) : null;
        return Arrays.asList(stale ? "stale" : "ok", next);
    }

    private static boolean isRepeated(ModelReport report, Finish told) {
        return switch (told.outcome()) {
            case "done", "cancelled" ->
                told.outcome().equals(report.state.text())
                        && told.worker().equals(report.worker)
                        && told.attempt() == report.attempt;
            default -> Finish.ERROR.equals(report.errors.get(told.attempt()));
        };
    }

    private void end(ModelReport report, Finish told) {
        report.release();
        report.previous = Messages.span(told.worker(), report.key());
        if (told.outcome().equals("done")) {
            report.error = null;
            conclude(report, ReportState.DONE);
        } else if (told.outcome().equals("cancelled")) {
            requeue(report);
        } else if (told.outcome().equals("crashed")) {
            report.blame(Finish.ERROR);
            countCrash(report);
        } else {
            report.failures++;
            report.blame(Finish.ERROR);
            if (told.outcome().equals("failed") || report.failures >= rules.attempts() || report.cancelled != null) {
                giveUp(report);
            } else {
                long pause = rules.backoff().toMillis() << (report.failures - 1);
                report.queue(now() + Math.min(pause, LONGEST_BACKOFF));
            }
        }
    }

    Object beat(Beat told) {
        List<String> lost = new ArrayList<>();
        List<String> cancelled = new ArrayList<>();
        List<ModelReport> missing = lane.heldBy(told.worker());
        for (Held held : told.inHand()) {
            ModelReport report = lane.reports.get(held.id());
            if (report != null && report.isHeldBy(told.worker(), held.attempt())) {
                missing.remove(report);
                report.renew(Messages.span(told.worker(), held.key()), held.progress(), now() + lease);
                if (report.cancelled != null) {
                    cancelled.add(held.key());
                }
            } else if (!held.progress().equals("finishing")) {
                lost.add(held.key());
            }
        }
        // What was handed over within the last beat may still be on its way.
        missing.removeIf(report -> report.started + beat >= now());
        missing.forEach(ModelReport::release);
        List<String> takenBack = missing.stream().map(ModelReport::key).toList();

        Worker worker = lane.workers.computeIfAbsent(told.worker(), Worker::new);
        worker.lastBeat = now();
        worker.listed = true;
        // What it has lost still keeps it busy.
        worker.types = told.types();
        worker.slots = Math.max(0, told.slots() - lost.size());
        worker.sequence = Math.max(worker.sequence, told.sequence());
        if (!told.types().isEmpty()) {
            typeSets.put(worker.typeSet(), now());
        }
        List<List<String>> contested = told.describes() ? describe(told) : List.of();
        List<String> undescribed = told.types().stream()
                .filter(type -> !descriptions.containsKey(type))
                .toList();
        missing.forEach(this::undelivered);

        List<String> messages = new ArrayList<>();
        for (var next = take(told.worker()); next.isPresent(); next = take(told.worker())) {
            messages.add(next.get());
        }
        return List.of(lost, takenBack, messages, cancelled, undescribed, contested);
    }

    /** The newest description counts. Those of live workers that differ are told. */
    private List<List<String>> describe(Beat told) {
        List<List<String>> contested = new ArrayList<>();
        for (String type : told.types()) {
            Description known = descriptions.get(type);
            if (known != null
                    && !known.text.equals(told.description())
                    && !known.worker.equals(told.worker())
                    && lane.workers.containsKey(known.worker)) {
                contested.add(List.of(type, known.worker));
            }
            descriptions.put(type, new Description(told.description(), told.worker()));
        }
        return contested;
    }

    private void undelivered(ModelReport report) {
        report.undelivered++;
        if (report.undelivered < MOST_UNDELIVERED) {
            requeue(report);
        } else {
            report.blame("handed to workers " + MOST_UNDELIVERED + " times, and none of them has run it");
            giveUp(report);
        }
    }

    Object reap(int limit) {
        if (reaped != null && reaped <= now() && now() - reaped < beat * 0.9) {
            return List.of(0L, 0L, 0L, 0L, 0L, List.of());
        }
        if (reaped == null || isAfterSilence()) {
            grace = now() + 2 * beat;
        }
        reaped = now();
        lane.workers.values().forEach(worker -> worker.listed &= worker.lastBeat > now() - 2.5 * beat);

        boolean inGrace = grace != null && grace > now();
        List<ModelReport> expired = inGrace ? List.of() : lane.leasedUntil(now(), limit);
        expired.forEach(this::crashed);
        List<ModelReport> due = lane.delayedUntil(now(), limit);
        due.forEach(this::requeue);
        List<Worker> vanished = lane.silentSince(now() - 2 * lease, limit);
        lane.workers
                .values()
                .removeIf(worker ->
                        vanished.contains(worker) && lane.heldBy(worker.name).isEmpty());
        if (!inGrace) {
            typeSets.values().removeIf(lastBeat -> lastBeat <= now() - lease);
            descriptions
                    .keySet()
                    .removeIf(type -> !routes().containsKey(type)
                            && lane.waiting(List.of(type)).findAny().isEmpty());
        }
        recent.values().removeIf(created -> created <= micros - retention * 1000);

        int lookedAt = 0;
        while (lookedAt < limit && forgetOldest()) {
            lookedAt++;
        }

        boolean more = expired.size() == limit || due.size() == limit || lookedAt == limit;
        if (more) {
            reaped = now() - beat;
        }
        return List.of(1L, (long) expired.size(), (long) due.size(), (long) vanished.size(), more ? 1L : 0L, List.of());
    }

    /** If nobody could reap, nobody could beat either; after a short silence that counts once. */
    private boolean isAfterSilence() {
        boolean shortly = now() - reaped > 2.5 * beat && (grace == null || reaped > grace);
        return reaped > now() || now() - reaped > lease || shortly;
    }

    /** The report that ended first, if it is past the retention, or too much is stored and it has been there for a while. */
    private boolean forgetOldest() {
        boolean tooMuch = stored() > rules.maxStored();
        long kept = tooMuch ? Math.min(KEPT_FOR_SURE, retention) : retention;
        if (ended.isEmpty() || ended.get(0).when() > now() - kept) {
            return false;
        }
        Ending oldest = ended.remove(0);
        lane.find(oldest.id())
                .filter(report -> Objects.equals(report.ended, oldest.when()))
                .ifPresent(report -> forget(report.id()));
        return true;
    }

    private void forget(String id) {
        lane.reports.remove(id);
        recent.remove(id);
    }

    /** Type to the sets that have it, in order. */
    Map<String, String> routes() {
        Map<String, String> routes = new HashMap<>();
        typeSets.keySet().forEach(set -> Stream.of(set.split(","))
                .forEach(type -> routes.merge(type, set, (before, more) -> before + " " + more)));
        return routes;
    }

    /** How much is stored; null before the first report. */
    Long bytes() {
        return hasCounted ? stored() : null;
    }

    private long stored() {
        return lane.reports.values().stream().mapToLong(ModelReport::size).sum();
    }

    private void crashed(ModelReport report) {
        report.release();
        report.blame("worker " + report.worker + " was lost, or held on past the time allowed");
        countCrash(report);
    }

    private void countCrash(ModelReport report) {
        report.crashes++;
        if (report.crashes >= rules.crashes()) {
            giveUp(report);
        } else {
            requeue(report);
        }
    }

    Object leave(String worker) {
        lane.workers.remove(worker);
        List<ModelReport> held = lane.heldBy(worker);
        held.forEach(ModelReport::release);
        held.forEach(this::requeue);
        return (long) held.size();
    }

    Object cancel(String id) {
        ModelReport report = lane.reports.get(id);
        if (report == null) {
            return "unknown";
        } else if (report.state == ReportState.RUNNING) {
            report.cancelled = now();
            published.add("control:" + report.worker + " " + report.key());
            return "cancelling";
        } else if (report.state == ReportState.QUEUED) {
            conclude(report, ReportState.CANCELLED);
        }
        return report.state == ReportState.CANCELLED ? "cancelled" : "ended";
    }

    Object retry(String id, int mostWaiting) {
        ModelReport report = lane.reports.get(id);
        if (report == null) {
            return "unknown";
        } else if (report.state != ReportState.FAILED && report.state != ReportState.CANCELLED) {
            return report.state.text();
        } else if (!place(report, mostWaiting)) {
            return "full";
        }
        report.revive();
        return "ok";
    }

    Object workers() {
        return lane.silentSince(Long.MAX_VALUE, Integer.MAX_VALUE).stream()
                .map(worker -> List.of(
                        worker.name,
                        Beat.INFORMATION,
                        String.valueOf(worker.listed ? Math.max(0, lane.free(worker)) : 0),
                        String.valueOf(worker.lastBeat),
                        lane.heldBy(worker.name).stream().map(ModelReport::id).toList()))
                .toList();
    }

    /** Another attempt, now or once a worker is free; unless nobody wants it any more. */
    private void requeue(ModelReport report) {
        if (report.cancelled != null) {
            conclude(report, ReportState.CANCELLED);
        } else {
            place(report, Integer.MAX_VALUE);
        }
    }

    /**
     * To a worker that has the type, or among those who wait: nobody overtakes these of the same type. False if that were too
     * many, and nothing is changed.
     */
    private boolean place(ModelReport report, int mostWaiting) {
        if (lane.waiting(List.of(report.request.type())).findAny().isEmpty() && dispatch(report)) {
            return true;
        } else if (lane.waiting().size() >= mostWaiting) {
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
        ended.add(new Ending(report.id(), now()));
        published.add("ended:" + report.id() + " " + outcome.text());
    }

    /** To the worker with the most free slots; one whom no message reaches is listed no longer. */
    private boolean dispatch(ModelReport report) {
        Optional<Worker> best = lane.listedWithMostFreeSlots(report.request.type());
        while (best.isPresent() && !listening.contains(best.get().name)) {
            best.get().listed = false;
            best.get().sequence++;
            best = lane.listedWithMostFreeSlots(report.request.type());
        }
        best.ifPresent(worker -> published.add("worker:" + worker.name + " " + assign(report, worker)));
        return best.isPresent();
    }

    /** The message of the next waiting report that the worker has the type of, if it has a free slot. */
    private Optional<String> take(String worker) {
        return lane.waiting(lane.typesOf(worker))
                .filter(next -> lane.hasFreeSlot(worker))
                .findFirst()
                .map(next -> assign(next, lane.workers.get(worker)));
    }

    private String assign(ModelReport report, Worker worker) {
        report.assign(worker.name, now(), rules.timeout().toMillis(), lease);
        worker.sequence++;
        return Messages.shortForm(report.key(), String.valueOf(worker.sequence), report.previous);
    }

    private long now() {
        return micros / 1000;
    }
}
