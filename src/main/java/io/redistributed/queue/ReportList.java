package io.redistributed.queue;

import io.redistributed.redis.RedisCommands;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Lists one partition's reports from the newest to the oldest, a page at a time. Reads a bounded number of reports for
 * each page, so a page may be short or empty although more follow. Uses pipelined commands, which are cheaper than a
 * script and let Redis serve other clients in between. Used on one event loop.
 */
final class ReportList {

    private static final int MAX_BATCH = 200;
    private static final int MAX_ENTRIES = 64;
    private static final int MAX_LOOKED_AT = 2_000;

    /** Greatest integer that a score holds exactly, so the latest creation time. */
    private static final long MAX_CREATED = 9_007_199_254_740_991L;

    private final RedisCommands commands;
    private final Partition partition;
    private final Damage damage;

    ReportList(RedisCommands commands, Partition partition, Damage damage) {
        this.commands = commands;
        this.partition = partition;
        this.damage = damage;
    }

    /**
     * Returns reports of the partition that are older than the cursor.
     *
     * @param before µs since the epoch, or empty for the newest
     * @return a page whose cursor applies to this partition only
     */
    Future<ReportPage> page(ReportFilter filter, String before) {
        return new Page(filter, before.isEmpty() ? MAX_CREATED : Long.parseLong(before) - 1).fill();
    }

    /** An id in the list. */
    private record Listed(String id, long created) {}

    private final class Page {

        private final ReportFilter filter;
        private final boolean filters;
        private final long newest;
        private final List<Report> reports = new ArrayList<>();
        private final Deque<Listed> unread = new ArrayDeque<>();
        private String next;
        private boolean isLast;
        private int lookedAt;

        /** @param newest latest creation time, µs since the epoch */
        private Page(ReportFilter filter, long newest) {
            this.filter = filter;
            this.filters = filter.state() != null || filter.type() != null || filter.owner() != null;
            this.newest = newest;
            this.next = String.valueOf(newest);
        }

        private Future<ReportPage> fill() {
            if (unread.isEmpty()) {
                return isLast ? page("") : fetch().compose(fetched -> fill());
            }
            List<Listed> batch = new ArrayList<>();
            long last = newest;
            for (int left = wanted(MAX_BATCH); left > 0 && !unread.isEmpty(); left--, lookedAt++) {
                Listed listed = unread.remove();
                last = listed.created;
                if (partition.has(listed.id)
                        && (filter.owner() == null || filter.owner().owns(listed.id))) {
                    batch.add(listed);
                }
            }
            long lookedTo = last;
            return read(batch).compose(read -> {
                for (Report report : read) {
                    if (matches(report)) {
                        reports.add(report);
                        if (reports.size() == filter.limit()) {
                            return page(String.valueOf(report.createdMicros()));
                        }
                    }
                }
                return lookedAt >= MAX_LOOKED_AT ? page(String.valueOf(lookedTo)) : fill();
            });
        }

        /** Gets the next ids. Those of one call are one entry, with the creation time of the first. */
        private Future<Void> fetch() {
            int most = wanted(MAX_ENTRIES);
            Request entries = Request.cmd(Command.ZRANGE)
                    .arg(partition.recent())
                    .arg(next)
                    .arg("0")
                    .arg("BYSCORE")
                    .arg("REV")
                    .arg("LIMIT")
                    .arg(0)
                    .arg(most)
                    .arg("WITHSCORES");
            return commands.send(entries).map(found -> {
                Map<String, Long> created = created(found);
                created.forEach((ids, first) -> {
                    // -1: an entry has at least one element, so that the entries that a page reads are bounded.
                    String[] each = ids.split(" ", -1);
                    for (int i = each.length - 1; i >= 0; i--) {
                        if (first + i <= newest) {
                            unread.add(new Listed(each[i], first + i));
                        }
                    }
                    next = "(" + first;
                });
                isLast = created.size() < most;
                return null;
            });
        }

        /** Doubles what a page looks at while reports are missing, so that a short page does not look for one at a time. */
        private int wanted(int most) {
            return filters ? most : Math.min(most, Math.max(filter.limit() - reports.size(), lookedAt));
        }

        private Future<ReportPage> page(String cursor) {
            return Future.succeededFuture(new ReportPage(reports, cursor));
        }

        private boolean matches(Report report) {
            return (filter.state() == null || report.state() == filter.state())
                    && (filter.type() == null || filter.type().equals(report.type()));
        }
    }

    /** Reads those of the reports that have not expired. Skips damaged ones. */
    private Future<List<Report>> read(List<Listed> batch) {
        if (batch.isEmpty()) {
            return Future.succeededFuture(List.of());
        }
        Request request = Request.cmd(Command.MGET);
        batch.forEach(listed -> request.arg(partition.report(listed.id)));
        return commands.send(request).compose(records -> {
            List<Report> found = new ArrayList<>();
            List<String> missing = new ArrayList<>();
            for (int i = 0; i < batch.size(); i++) {
                if (records.get(i) == null) {
                    missing.add(batch.get(i).id);
                } else {
                    parse(batch.get(i), records.get(i)).ifPresent(found::add);
                }
            }
            return nameWrongTypes(missing).map(found);
        });
    }

    private Optional<Report> parse(Listed listed, Response record) {
        try {
            Report report = Report.of(listed.id, record.toBytes());
            // A call that fails half-way leaves an entry, and its repetition adds another. Pages continue at the
            // time of creation, so a report that is listed at an earlier time would lead back.
            if (report.createdMicros() == listed.created) {
                return Optional.of(report);
            }
            skip(listed.id, "was created at " + report.createdMicros() + ", but is listed at " + listed.created);
        } catch (IllegalArgumentException e) {
            skip(listed.id, e.getMessage());
        }
        return Optional.empty();
    }

    /** {@code MGET} finds nothing under a key of another type. */
    private Future<Void> nameWrongTypes(List<String> missing) {
        List<Request> types = missing.stream()
                .map(id -> Request.cmd(Command.TYPE).arg(partition.report(id)))
                .toList();
        return types.isEmpty()
                ? Future.succeededFuture()
                : commands.pipeline(types).map(found -> {
                    for (int i = 0; i < found.size(); i++) {
                        String type = found.get(i).toString();
                        if (!type.equals("none")) {
                            skip(missing.get(i), "is of type " + type + ", not string");
                        }
                    }
                    return null;
                });
    }

    private void skip(String id, String why) {
        damage.found(partition.report(id) + ": " + why);
    }

    /** Returns the scores of entries, in order. RESP2 replies with scores as text, RESP3 with pairs. */
    private static Map<String, Long> created(Response found) {
        Map<String, Long> created = new LinkedHashMap<>();
        for (int i = 0; i < found.size(); i++) {
            boolean isPair = found.get(i).type() == ResponseType.MULTI;
            Response entry = isPair ? found.get(i).get(0) : found.get(i);
            Response score = isPair ? found.get(i).get(1) : found.get(++i);
            created.put(entry.toString(), (long) Double.parseDouble(score.toString()));
        }
        return created;
    }
}
