package io.redistributed.chaos;

import io.redistributed.testing.RedisCli;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Nothing is left behind in Redis, neither while the workers are idle nor once they have stopped. */
final class KeyCheck {

    private static final List<String> HOMES = List.of("delayed");

    /** What may stay when all workers have stopped. */
    private static final Pattern LASTING = Pattern.compile(
            "\\{rd:\\d+}:(?:(report|result|input|idempotency):([0-9a-f-]+)|recent|ended|bytes|types|announcers|typesets|routes|reaped|grace|protocol:1|version)");

    private final List<String> violations = new ArrayList<>();
    private final Map<String, Integer> free = new TreeMap<>();
    private final TreeSet<String> living;

    private KeyCheck(List<Node> workers) {
        living = workers.stream()
                .map(node -> String.valueOf(node.life().process().pid()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * Checks an idle cluster: no report is queued or leased, only live workers are registered, and each has all of its
     * slots over all partitions.
     */
    static List<String> whileIdle(Servers redis, int partitions, List<Node> workers) throws IOException {
        KeyCheck check = new KeyCheck(workers);
        for (int partition = 0; partition < partitions; partition++) {
            try (RedisCli master = redis.master(partition).connect()) {
                check.checkPartition(master, RedisState.prefix(partition));
            }
        }
        check.checkSlots();
        return check.violations;
    }

    private void checkPartition(RedisCli master, String partition) throws IOException {
        for (String home : HOMES) {
            Object ids = master.call("ZRANGE", partition + home, "0", "-1");
            if (!((List<?>) ids).isEmpty()) {
                violations.add("idle, and in " + partition + home + " there are " + ids);
            }
        }
        for (String waiting : RedisState.strings(master.call("KEYS", partition + "waiting*"))) {
            violations.add("idle, and there is " + waiting);
        }
        if (master.call("EXISTS", partition + "turns").equals(1L)) {
            violations.add("idle, and there is " + partition + "turns");
        }
        for (String leased : RedisState.strings(master.call("KEYS", partition + "leased:*"))) {
            violations.add("idle, and " + leased + " has " + master.call("HGETALL", leased));
        }
        TreeSet<String> known = RedisState.strings(master.call("KEYS", partition + "worker:*")).stream()
                .map(KeyCheck::process)
                .collect(Collectors.toCollection(TreeSet::new));
        if (!known.equals(living)) {
            violations.add("idle, and " + partition + "worker:* are of " + known + " where " + living + " live");
        }
        for (String typeSet : RedisState.strings(master.call("KEYS", partition + "workers:*"))) {
            List<String> workers = RedisState.strings(master.call("ZRANGE", typeSet, "0", "-1", "WITHSCORES"));
            for (int i = 0; i < workers.size(); i += 2) {
                free.merge(process(workers.get(i)), Integer.valueOf(workers.get(i + 1)), Integer::sum);
            }
        }
    }

    private void checkSlots() {
        Map<String, Integer> wanted =
                living.stream().collect(Collectors.toMap(process -> process, process -> NodeFile.SLOTS));
        if (!free.equals(wanted)) {
            violations.add("idle, and the free slots by process are " + free + " where " + wanted + " were right");
        }
    }

    /** Once everything has stopped in good order. */
    static List<String> afterwards(RedisState redis) {
        List<String> violations = new ArrayList<>();
        for (String key : redis.keys()) {
            Matcher matcher = LASTING.matcher(key);
            if (!matcher.matches()) {
                violations.add("stopped, and the key " + key + " is left");
                continue;
            }
            String kind = String.valueOf(matcher.group(1));
            Stored report = redis.reports().get(String.valueOf(matcher.group(2)));
            if (List.of("result", "input").contains(kind) && report == null) {
                violations.add("the key " + key + " belongs to no report");
            } else if (kind.equals("input") && report.state().equals("done")) {
                violations.add("the report of " + key + " is done");
            }
        }
        return violations;
    }

    /** The process of a worker, by the worker's id. */
    private static String process(String worker) {
        return worker.replaceFirst(".*-(\\d+)-[0-9a-f]{8}$", "$1");
    }
}
