package io.redistributed.chaos;

import io.redistributed.testing.RedisCli;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Nothing is left behind in Redis, neither while the workers are idle nor once they have stopped. */
final class KeyCheck {

    private static final List<String> HOMES = List.of("waiting", "leases", "delayed");

    /** What may stay when all workers have stopped. */
    private static final String LASTING =
            "(report|result|input|idempotency):[0-9a-f-]+|recent|ended|bytes|types|reaped|grace";

    private KeyCheck() {}

    /**
     * While nothing is to be done and the workers run: no report is anywhere, no worker is known but those that live, and
     * each of those has all of its slots.
     */
    static List<String> whileIdle(int redisPort, List<Node> workers) throws IOException {
        List<String> violations = new ArrayList<>();
        try (RedisCli redis = new RedisCli(redisPort)) {
            for (String home : HOMES) {
                Object ids = redis.call("ZRANGE", RedisState.LANE + home, "0", "-1");
                if (!((List<?>) ids).isEmpty()) {
                    violations.add("idle, and in " + home + " there are " + ids);
                }
            }
            for (String held : RedisState.strings(redis.call("KEYS", "*:held:*"))) {
                violations.add("idle, and " + held + " has " + redis.call("SMEMBERS", held));
            }
            List<String> flat =
                    RedisState.strings(redis.call("ZRANGE", RedisState.LANE + "workers", "0", "-1", "WITHSCORES"));
            Map<String, String> free = new TreeMap<>();
            for (int i = 0; i < flat.size(); i += 2) {
                free.put(process(flat.get(i)), flat.get(i + 1));
            }
            Map<String, String> wanted = workers.stream()
                    .collect(Collectors.toMap(
                            node -> String.valueOf(node.life().process().pid()),
                            node -> String.valueOf(NodeFile.SLOTS),
                            (one, other) -> one,
                            TreeMap::new));
            if (!free.equals(wanted)) {
                violations.add("idle, and the free slots by process are " + free + " where " + wanted + " were right");
            }
            for (String list : List.of("slots", "info")) {
                TreeSet<String> known = RedisState.strings(redis.call("HKEYS", RedisState.LANE + list)).stream()
                        .map(KeyCheck::process)
                        .collect(Collectors.toCollection(TreeSet::new));
                if (!known.equals(wanted.keySet())) {
                    violations.add("idle, and " + list + " knows " + known + " where " + wanted.keySet() + " live");
                }
            }
        }
        return violations;
    }

    /** Once everything has stopped in good order. */
    static List<String> afterwards(RedisState redis) {
        List<String> violations = new ArrayList<>();
        for (String key : redis.keys()) {
            String name = key.startsWith(RedisState.LANE) ? key.substring(RedisState.LANE.length()) : "";
            String id = name.substring(name.indexOf(':') + 1);
            if (!name.matches(LASTING)) {
                violations.add("stopped, and the key " + key + " is left");
            } else if (name.matches("(result|input):.*") && !redis.reports().containsKey(id)) {
                violations.add("the key " + key + " belongs to no report");
            } else if (name.startsWith("input:")
                    && redis.reports().get(id).state().equals("done")) {
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
