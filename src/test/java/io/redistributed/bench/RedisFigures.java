package io.redistributed.bench;

import io.redistributed.testing.RedisServer;
import java.util.Map;
import java.util.stream.Collectors;

/** Figures of a Redis at one moment, from INFO, and the number of reports submitted until then. */
final class RedisFigures {

    private final Map<String, String> info;
    private final long reports;

    private RedisFigures(Map<String, String> info, long reports) {
        this.info = info;
        this.reports = reports;
    }

    static RedisFigures of(RedisServer redis) {
        Map<String, String> info = ((String) redis.cli("INFO", "everything"))
                .lines()
                .filter(line -> line.contains(":"))
                .map(line -> line.split(":", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1], (first, second) -> first));
        return new RedisFigures(info, (Long) redis.cli("ZCARD", "{rd:0}:recent"));
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
