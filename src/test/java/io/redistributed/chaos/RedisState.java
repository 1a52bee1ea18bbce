package io.redistributed.chaos;

import io.redistributed.queue.Records;
import io.redistributed.testing.RedisCli;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * All data in Redis, read over plain connections.
 *
 * @param reports by id, of all partitions
 * @param keys all names on the masters of the partitions, except the marks of {@link LastWrites}
 */
record RedisState(Map<String, Stored> reports, Set<String> keys) {

    static RedisState read(Servers redis, int partitions) throws IOException {
        RedisState state = new RedisState(new HashMap<>(), new HashSet<>());
        for (int partition = 0; partition < partitions; partition++) {
            try (RedisCli master = redis.master(partition).connect()) {
                state.add(master, prefix(partition));
            }
        }
        return state;
    }

    /** Begins the keys of a partition. */
    static String prefix(int partition) {
        return "{rd:" + partition + "}:";
    }

    /** Returns the texts of a list reply. */
    static List<String> strings(Object reply) {
        return ((List<?>) reply).stream().map(String.class::cast).toList();
    }

    private void add(RedisCli master, String partition) throws IOException {
        Set<String> found = scan(master);
        found.removeIf(key -> key.startsWith(LastWrites.MARK));
        keys.addAll(found);
        Set<String> endings = new HashSet<>();
        for (String entry : strings(master.call("LRANGE", partition + "ended", "0", "-1"))) {
            String[] words = entry.split(" ");
            Stream.of(words).skip(1).forEach(id -> endings.add(words[0] + " " + id));
        }
        for (String key : found) {
            if (key.startsWith(partition + "report:")) {
                Stored report = report(master, partition, key.substring((partition + "report:").length()), endings);
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

    private static Stored report(RedisCli master, String partition, String id, Set<String> endings) throws IOException {
        Map<String, String> fields = Records.fields(master.call(Records.read(id)));
        String inline = fields.get("result");
        return new Stored(
                id,
                fields,
                inline == null ? (String) master.call("GET", partition + "result:" + id) : inline,
                endings.contains(fields.get("ended") + " " + id));
    }
}
