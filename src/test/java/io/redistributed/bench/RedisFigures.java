package io.redistributed.bench;

import io.redistributed.testing.RedisServer;
import java.util.Map;
import java.util.stream.Collectors;

/** What a Redis tells of itself at one moment, from INFO, and how many reports were submitted until then. */
final class RedisFigures {

    private final Map<String, String> info;
    private final long reports;

    private RedisFigures(Map<String, String> info, long reports) {
        this.info = info;
        this.reports = reports;
    }

    static RedisFigures of(RedisServer redis) {
        return new RedisFigures(info(redis), (Long) redis.cli("ZCARD", "{rd:0}:recent"));
    }

    /** Of all threads of the server until now, without child processes. */
    static double cpuMicros(RedisServer redis) {
        return cpuMicros(info(redis));
    }

    private static Map<String, String> info(RedisServer redis) {
        return ((String) redis.cli("INFO", "everything"))
                .lines()
                .filter(line -> line.contains(":"))
                .map(line -> line.split(":", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1], (first, second) -> first));
    }

    private static double cpuMicros(Map<String, String> info) {
        return 1e6 * (Double.parseDouble(info.get("used_cpu_user")) + Double.parseDouble(info.get("used_cpu_sys")));
    }

    String text(String name) {
        return info.get(name);
    }

    /** Within the retention. */
    long reports() {
        return reports;
    }

    long usedMemory() {
        return Long.parseLong(info.get("used_memory"));
    }

    /** Of all threads of the server, without child processes. */
    double cpuMicros() {
        return cpuMicros(info);
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
