package io.redistributed.queue;

import io.redistributed.redis.RedisCommands;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Lists one partition's reports from the newest to the oldest, a page at a time. Reads a bounded number of reports for
 * each page, so a page may be short or empty although more follow. Uses pipelined commands, which are cheaper than a
 * script and let Redis serve other clients in between. Used on one event loop.
 */
final class ReportList {

    private static final int MAX_BATCH = 200;
    private static final int MAX_LOOKED_AT = 2_000;

    /** Greatest integer that a score holds exactly, so the latest creation time. */
    private static final String MAX_CREATED = "9007199254740991";

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
        return new Page(filter).from(before.isEmpty() ? MAX_CREATED : "(" + before, 0);
    }

    private final class Page {

        private final ReportFilter filter;
        private final boolean filters;
        private final List<Report> reports = new ArrayList<>();

        private Page(ReportFilter filter) {
            this.filter = filter;
            this.filters = filter.state() != null || filter.type() != null || filter.owner() != null;
        }

        private Future<ReportPage> from(String newest, int lookedAt) {
            int batch = filters ? MAX_BATCH : filter.limit() - reports.size();
            Request next = Request.cmd(Command.ZRANGE)
                    .arg(partition.recent())
                    .arg(newest)
                    .arg("0")
                    .arg("BYSCORE")
                    .arg("REV")
                    .arg("LIMIT")
                    .arg(0)
                    .arg(batch)
                    .arg("WITHSCORES");
            return commands.send(next).compose(found -> {
                Map<String, String> created = created(found);
                return created.isEmpty()
                        ? page("")
                        : read(own(created.keySet())).compose(read -> {
                            for (Report report : read) {
                                if (matches(report)) {
                                    reports.add(report);
                                    if (reports.size() == filter.limit()) {
                                        return page(String.valueOf(report.createdMicros()));
                                    }
                                }
                            }
                            int nowLookedAt = lookedAt + created.size();
                            String last = List.copyOf(created.values()).get(created.size() - 1);
                            if (created.size() < batch) {
                                return page("");
                            }
                            return nowLookedAt >= MAX_LOOKED_AT ? page(last) : from("(" + last, nowLookedAt);
                        });
            });
        }

        private Future<ReportPage> page(String cursor) {
            return Future.succeededFuture(new ReportPage(reports, cursor));
        }

        private List<String> own(Set<String> ids) {
            return ids.stream()
                    .filter(id -> filter.owner() == null || filter.owner().owns(id))
                    .toList();
        }

        private boolean matches(Report report) {
            return (filter.state() == null || report.state() == filter.state())
                    && (filter.type() == null || filter.type().equals(report.type()));
        }
    }

    /** Reads those of the reports that have not expired. Skips damaged ones. */
    private Future<List<Report>> read(List<String> ids) {
        if (ids.isEmpty()) {
            return Future.succeededFuture(List.of());
        }
        Request request = Request.cmd(Command.MGET);
        ids.forEach(id -> request.arg(partition.report(id)));
        return commands.send(request).compose(records -> {
            List<Report> found = new ArrayList<>();
            List<String> missing = new ArrayList<>();
            for (int i = 0; i < ids.size(); i++) {
                if (records.get(i) == null) {
                    missing.add(ids.get(i));
                } else {
                    parse(ids.get(i), records.get(i)).ifPresent(found::add);
                }
            }
            return nameWrongTypes(missing).map(found);
        });
    }

    private Optional<Report> parse(String id, Response record) {
        try {
            return Optional.of(Report.of(id, record.toBytes()));
        } catch (IllegalArgumentException e) {
            skip(id, e.getMessage());
            return Optional.empty();
        }
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

    /** Returns creation times by id, in order. RESP2 replies with scores as text, RESP3 with pairs. */
    private static Map<String, String> created(Response found) {
        Map<String, String> created = new LinkedHashMap<>();
        for (int i = 0; i < found.size(); i++) {
            boolean isPair = found.get(i).type() == ResponseType.MULTI;
            Response id = isPair ? found.get(i).get(0) : found.get(i);
            Response score = isPair ? found.get(i).get(1) : found.get(++i);
            created.put(id.toString(), String.valueOf((long) Double.parseDouble(score.toString())));
        }
        return created;
    }
}
