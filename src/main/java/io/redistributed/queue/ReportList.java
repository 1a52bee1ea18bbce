package io.redistributed.queue;

import io.redistributed.redis.RedisCommands;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

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

    private static final List<String> FILTERED = List.of("state", "type");

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
        private final boolean filtersFields;
        private final List<Report> reports = new ArrayList<>();

        private Page(ReportFilter filter) {
            this.filter = filter;
            this.filtersFields = filter.state() != null || filter.type() != null;
            this.filters = filtersFields || filter.owner() != null;
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
                List<String> ids = List.copyOf(created.keySet());
                return ids.isEmpty()
                        ? page("")
                        : matching(ids).compose(matching -> add(matching).compose(added -> {
                            int room = filter.limit() - reports.size() + added;
                            boolean isCut = matching.size() > room;
                            String last = isCut ? matching.get(room - 1) : ids.get(ids.size() - 1);
                            if (!isCut && ids.size() < batch) {
                                return page("");
                            }
                            int nowLookedAt = lookedAt + ids.size();
                            return reports.size() == filter.limit() || nowLookedAt >= MAX_LOOKED_AT
                                    ? page(created.get(last))
                                    : from("(" + created.get(last), nowLookedAt);
                        }));
            });
        }

        private Future<ReportPage> page(String cursor) {
            return Future.succeededFuture(new ReportPage(reports, cursor));
        }

        private Future<List<String>> matching(List<String> ids) {
            List<String> own = filter.owner() == null
                    ? ids
                    : ids.stream().filter(filter.owner()::owns).toList();
            return filtersFields
                    ? fields(own, id -> FILTERED).map(stored -> own.stream()
                            .filter(id -> matches(stored.get(id)))
                            .toList())
                    : Future.succeededFuture(own);
        }

        /** Adds reports up to the limit and returns how many were added. */
        private Future<Integer> add(List<String> matching) {
            int before = reports.size();
            List<String> ids = matching.stream().limit(filter.limit() - before).toList();
            return fields(ids, id -> Report.FIELDS)
                    .compose(stored -> errors(ids, stored).map(errors -> {
                        for (String id : ids) {
                            stored.get(id).putAll(errors.getOrDefault(id, Map.of()));
                            // Checked again: its state may have changed since the filter read it.
                            if (matches(stored.get(id))) {
                                parse(id, stored.get(id));
                            }
                        }
                        return reports.size() - before;
                    }));
        }

        private boolean matches(Map<String, String> stored) {
            String state = stored.get("state");
            return state != null
                    && (filter.state() == null || state.equals(filter.state().text()))
                    && (filter.type() == null || filter.type().equals(stored.get("type")));
        }

        private void parse(String id, Map<String, String> stored) {
            try {
                reports.add(Report.of(id, stored));
            } catch (RuntimeException e) {
                skip(id, e);
            }
        }
    }

    /** Reads the errors of attempts, of reports that have any. */
    private Future<Map<String, Map<String, String>>> errors(List<String> ids, Map<String, Map<String, String>> stored) {
        Map<String, List<String>> wanted = new LinkedHashMap<>();
        ids.forEach(id -> wanted.put(id, errorFields(id, stored.get(id))));
        wanted.values().removeIf(List::isEmpty);
        return fields(List.copyOf(wanted.keySet()), wanted::get);
    }

    private List<String> errorFields(String id, Map<String, String> stored) {
        try {
            return Report.errorFields(stored);
        } catch (NumberFormatException e) {
            skip(id, e);
            return List.of();
        }
    }

    /** Reads fields of each report; none for a report that has expired or cannot be read. */
    private Future<Map<String, Map<String, String>>> fields(List<String> ids, Function<String, List<String>> wanted) {
        if (ids.isEmpty()) {
            return Future.succeededFuture(new HashMap<>());
        }
        List<Request> requests =
                ids.stream().map(id -> read(id, wanted.apply(id))).toList();
        return commands.pipeline(requests)
                .recover(cause ->
                        PartitionProbe.isWrongType(cause) ? oneByOne(ids, requests) : Future.failedFuture(cause))
                .map(replies -> {
                    Map<String, Map<String, String>> stored = new HashMap<>();
                    for (int i = 0; i < ids.size(); i++) {
                        stored.put(ids.get(i), named(wanted.apply(ids.get(i)), replies.get(i)));
                    }
                    return stored;
                });
    }

    /** Reads each key alone, as one key of the wrong type fails a whole pipeline. */
    private Future<List<Response>> oneByOne(List<String> ids, List<Request> requests) {
        List<Future<Response>> replies = new ArrayList<>();
        for (int i = 0; i < requests.size(); i++) {
            String id = ids.get(i);
            replies.add(commands.send(requests.get(i)).recover(cause -> {
                if (!PartitionProbe.isWrongType(cause)) {
                    return Future.failedFuture(cause);
                }
                skip(id, cause);
                return Future.succeededFuture();
            }));
        }
        return Future.all(replies)
                .map(all -> replies.stream().map(Future::result).toList());
    }

    private void skip(String id, Throwable why) {
        damage.found(partition.report(id) + ": " + why.getMessage());
    }

    private Request read(String id, List<String> fields) {
        Request request = Request.cmd(Command.HMGET).arg(partition.report(id));
        fields.forEach(request::arg);
        return request;
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

    private static Map<String, String> named(List<String> fields, Response values) {
        Map<String, String> named = new HashMap<>();
        for (int i = 0; values != null && i < fields.size(); i++) {
            if (values.get(i) != null) {
                named.put(fields.get(i), values.get(i).toString());
            }
        }
        return named;
    }
}
