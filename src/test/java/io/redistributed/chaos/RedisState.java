package io.redistributed.chaos;

import io.redistributed.testing.RedisCli;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All there is in Redis, read over a plain connection.
 *
 * @param reports by id
 * @param keys all names
 */
record RedisState(Map<String, Stored> reports, Set<String> keys) {

    static final String LANE = "{rd:0}:";

    private static final String REPORT = LANE + "report:";
    private static final String RESULT = LANE + "result:";

    static RedisState read(int port) throws IOException {
        try (RedisCli redis = new RedisCli(port)) {
            Set<String> keys = new HashSet<>();
            String cursor = "0";
            do {
                List<?> page = (List<?>) redis.call("SCAN", cursor, "COUNT", "1000");
                cursor = (String) page.get(0);
                strings(page.get(1)).forEach(keys::add);
            } while (!cursor.equals("0"));
            Map<String, Stored> reports = new HashMap<>();
            for (String key : keys) {
                if (key.startsWith(REPORT)) {
                    String id = key.substring(REPORT.length());
                    reports.put(id, report(redis, id));
                }
            }
            return new RedisState(reports, keys);
        }
    }

    /** What the reply, a list, has as texts. */
    static List<String> strings(Object reply) {
        return ((List<?>) reply).stream().map(String.class::cast).toList();
    }

    private static Stored report(RedisCli redis, String id) throws IOException {
        List<String> flat = new ArrayList<>(strings(redis.call("HGETALL", REPORT + id)));
        Map<String, String> fields = new HashMap<>();
        for (int i = 0; i < flat.size(); i += 2) {
            fields.put(flat.get(i), flat.get(i + 1));
        }
        return new Stored(
                id, fields, (String) redis.call("GET", RESULT + id), (Long) redis.call("PTTL", REPORT + id), (Long)
                        redis.call("PTTL", RESULT + id));
    }
}
