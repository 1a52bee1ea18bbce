package io.redistributed.chaos;

import io.redistributed.testing.RedisCli;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All there is in Redis, read over plain connections.
 *
 * @param reports by id, of all lanes
 * @param keys all names on the masters of the lanes, but for the marks of {@link LastWrites}
 */
record RedisState(Map<String, Stored> reports, Set<String> keys) {

    static RedisState read(Servers redis, int lanes) throws IOException {
        RedisState state = new RedisState(new HashMap<>(), new HashSet<>());
        for (int lane = 0; lane < lanes; lane++) {
            try (RedisCli master = redis.master(lane).connect()) {
                state.add(master, prefix(lane));
            }
        }
        return state;
    }

    /** Begins the keys of a lane. */
    static String prefix(int lane) {
        return "{rd:" + lane + "}:";
    }

    /** What the reply, a list, has as texts. */
    static List<String> strings(Object reply) {
        return ((List<?>) reply).stream().map(String.class::cast).toList();
    }

    private void add(RedisCli master, String lane) throws IOException {
        Set<String> found = scan(master);
        found.removeIf(key -> key.startsWith(LastWrites.MARK));
        keys.addAll(found);
        Set<String> endings = new HashSet<>(strings(master.call("LRANGE", lane + "endings", "0", "-1")));
        for (String key : found) {
            if (key.startsWith(lane + "report:")) {
                Stored report = report(master, lane, key.substring((lane + "report:").length()), endings);
                reports.put(report.id(), report);
            }
        }
    }

    private static Set<String> scan(RedisCli master) throws IOException {
        Set<String> keys = new HashSet<>();
        String cursor = "0";
        do {
            List<?> page = (List<?>) master.call("SCAN", cursor, "COUNT", "1000");
            cursor = (String) page.get(0);
            keys.addAll(strings(page.get(1)));
        } while (!cursor.equals("0"));
        return keys;
    }

    private static Stored report(RedisCli master, String lane, String id, Set<String> endings) throws IOException {
        List<String> flat = strings(master.call("HGETALL", lane + "report:" + id));
        Map<String, String> fields = new HashMap<>();
        for (int i = 0; i < flat.size(); i += 2) {
            fields.put(flat.get(i), flat.get(i + 1));
        }
        return new Stored(
                id,
                fields,
                (String) master.call("GET", lane + "result:" + id),
                endings.contains(fields.get("ended") + " " + id));
    }
}
