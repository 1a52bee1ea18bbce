package io.redistributed.bench;

import io.redistributed.testing.RedisServer;
import java.util.Map;
import java.util.stream.Collectors;

/** Figures of a Redis at one moment, from INFO, and the number of its keys. */
final class RedisFigures {

    private final Map<String, String> info;
    private final long keys;

    private RedisFigures(Map<String, String> info, long keys) {
        this.info = info;
        this.keys = keys;
    }

    static RedisFigures of(RedisServer redis) {
        Map<String, String> info = ((String) redis.cli("INFO", "everything"))
                .lines()
                .filter(line -> line.contains(":"))
                .map(line -> line.split(":", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1], (first, second) -> first));
        return new RedisFigures(info, (Long) redis.cli("DBSIZE"));
    }

    String text(String name) {
        return info.get(name);
    }

    /** Each report has one, if its message and result are short and it has no input. */
    long keys() {
        return keys;
    }

    long usedMemory() {
        return Long.parseLong(info.get("used_memory"));
    }

    /** Of all threads of the server, without child processes. */
    double cpuMicros() {
        return 1e6 * (Double.parseDouble(info.get("used_cpu_user")) + Double.parseDouble(info.get("used_cpu_sys")));
    }

    long bytes() {
        return Long.parseLong(info.get("total_net_input_bytes")) + Long.parseLong(info.get("total_net_output_bytes"));
    }

    long scriptCalls() {
        return script("calls");
    }

    /** Time in scripts, as Redis accounts it. */
    long scriptMicros() {
        return script("usec");
    }

    private long script(String field) {
        String stat = info.getOrDefault("cmdstat_evalsha", "calls=0,usec=0,");
        return Long.parseLong(stat.replaceAll("(?:.*,)?" + field + "=(\\d+).*", "$1"));
    }
}
