package io.redistributed.queue;

import io.redistributed.redis.LuaScript;
import io.redistributed.testing.RedisCli;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The stored data between two scripts, by key without the partition's prefix.
 *
 * @param values {@code String}; of a hash {@code Map<String, String>}; of a set {@code Set<String>}; of a list {@code List<String>}; of a sorted set
 *     {@code Map<String, Long>}, member to score
 * @param expiries when keys expire, for those that do
 */
record Snapshot(Map<String, Object> values, Map<String, Long> expiries) {

    static final String PARTITION = "{rd:0}";

    static final LuaScript SCRIPT = LuaScript.load(Snapshot.class, "snapshot");

    Snapshot() {
        this(new HashMap<>(), new HashMap<>());
    }

    static Snapshot of(RedisCli redis) throws IOException {
        return of(redis.call("EVAL", SCRIPT.source(), "1", PARTITION));
    }

    /** @param reply of {@link #SCRIPT} */
    static Snapshot of(Object reply) {
        Snapshot snapshot = new Snapshot();
        for (Object one : (List<?>) reply) {
            List<?> key = (List<?>) one;
            String name = (String) key.get(0);
            snapshot.values.put(name, value((String) key.get(1), key.get(3)));
            if ((Long) key.get(2) >= 0) {
                snapshot.expiries.put(name, (Long) key.get(2));
            }
        }
        return snapshot;
    }

    private static Object value(String type, Object content) {
        return switch (type) {
            case "hash" -> map((List<?>) content);
            case "zset" -> {
                Map<String, Long> members = new HashMap<>();
                List<?> scored = (List<?>) content;
                for (int i = 0; i < scored.size(); i += 2) {
                    members.put((String) scored.get(i), Long.valueOf((String) scored.get(i + 1)));
                }
                yield members;
            }
            case "set" ->
                ((List<?>) content).stream().map(String.class::cast).collect(Collectors.toCollection(TreeSet::new));
            default -> content;
        };
    }

    /** @param fields and values, by turns */
    static Map<String, String> map(List<?> fields) {
        Map<String, String> map = new HashMap<>();
        for (int i = 0; i < fields.size(); i += 2) {
            map.put((String) fields.get(i), (String) fields.get(i + 1));
        }
        return map;
    }

    @SuppressWarnings("unchecked") // as the script says
    Map<String, String> hash(String key) {
        return (Map<String, String>) values.getOrDefault(key, Map.of());
    }

    @SuppressWarnings("unchecked")
    Map<String, Long> sorted(String key) {
        return (Map<String, Long>) values.getOrDefault(key, Map.of());
    }

    @SuppressWarnings("unchecked")
    Set<String> set(String key) {
        return (Set<String>) values.getOrDefault(key, Set.of());
    }

    @SuppressWarnings("unchecked")
    List<String> list(String key) {
        return (List<String>) values.getOrDefault(key, List.of());
    }

    /** The part after {@code kind:} in the names of keys. */
    Set<String> names(String kind) {
        return values.keySet().stream()
                .filter(key -> key.startsWith(kind + ":"))
                .map(key -> key.substring(kind.length() + 1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    Map<String, String> report(String id) {
        return hash("report:" + id);
    }

    /** Returns the differences between this, the model's, and Redis; one line each. */
    List<String> differences(Snapshot redis) {
        if (equals(redis)) {
            return List.of();
        }
        Map<String, String> here = flat();
        Map<String, String> there = redis.flat();
        return Stream.concat(here.keySet().stream(), there.keySet().stream())
                .distinct()
                .filter(key -> !Objects.equals(here.get(key), there.get(key)))
                .map(key -> key + ": model " + here.get(key) + ", Redis " + there.get(key))
                .toList();
    }

    private Map<String, String> flat() {
        Map<String, String> flat = new TreeMap<>();
        values.forEach((key, value) -> {
            if (value instanceof Map<?, ?> entries) {
                entries.forEach((name, entry) -> flat.put(key + " " + name, String.valueOf(entry)));
            } else {
                flat.put(key, value.toString());
            }
        });
        expiries.forEach((key, expires) -> flat.put(key + " expires", expires.toString()));
        return flat;
    }
}
