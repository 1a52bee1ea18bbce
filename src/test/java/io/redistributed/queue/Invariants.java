package io.redistributed.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.redistributed.testing.RedisCli;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What holds in Redis between any two scripts: read in one go, so that nothing moves meanwhile. */
final class Invariants {

    private static final String DUMP = """
            local lane = '{rd:0}'
            local reports, held, free = {}, {}, {}
            for _, key in ipairs(redis.call('KEYS', lane .. ':report:*')) do
              local stored = redis.call('HMGET', key, 'state', 'worker')
              reports[#reports + 1] = { string.sub(key, #lane + 9), stored[1] or '', stored[2] or '', redis.call('PTTL', key) }
            end
            for _, key in ipairs(redis.call('KEYS', lane .. ':held:*')) do
              for _, id in ipairs(redis.call('SMEMBERS', key)) do
                held[#held + 1] = { id, string.sub(key, #lane + 7) }
              end
            end
            for _, worker in ipairs(redis.call('ZRANGE', lane .. ':workers', 0, -1)) do
              free[#free + 1] = { worker, redis.call('ZSCORE', lane .. ':workers', worker),
                redis.call('HGET', lane .. ':slots', worker) or '', redis.call('SCARD', lane .. ':held:' .. worker) }
            end
            return { reports, held, free, redis.call('ZRANGE', lane .. ':waiting', 0, -1),
              redis.call('ZRANGE', lane .. ':delayed', 0, -1), redis.call('ZRANGE', lane .. ':leases', 0, -1),
              redis.call('HKEYS', lane .. ':slots'), redis.call('HKEYS', lane .. ':info'),
              redis.call('ZRANGE', lane .. ':beats', 0, -1) }
            """;

    private Invariants() {}

    /** @return the reports that have ended */
    static Set<String> check(RedisCli redis) throws IOException {
        Set<String> over = new HashSet<>();
        List<List<Object>> dump = lists(redis.call("EVAL", DUMP, "0"));
        Map<Object, List<String>> homes = new HashMap<>();
        dump.get(3).forEach(id -> add(homes, id, "waiting"));
        dump.get(4).forEach(id -> add(homes, id, "delayed"));
        dump.get(5).forEach(id -> add(homes, id, "leased"));
        lists(dump.get(1)).forEach(held -> add(homes, held.get(0), "held by " + held.get(1)));

        for (List<Object> report : lists(dump.get(0))) {
            List<String> home = homes.getOrDefault(report.get(0), List.of());
            homes.remove(report.get(0));
            long ttl = (Long) report.get(3);
            switch ((String) report.get(1)) {
                case "queued" ->
                    assertThat(home)
                            .as("home of %s", report)
                            .isSubsetOf("waiting", "delayed")
                            .hasSize(1);
                case "running" ->
                    assertThat(home).as("home of %s", report).containsExactly("leased", "held by " + report.get(2));
                case "done", "failed", "cancelled" ->
                    assertThat(home).as("home of %s", report).isEmpty();
                default -> throw new AssertionError("state of " + report);
            }
            boolean ended = ReportState.of((String) report.get(1)).isTerminal();
            assertThat(ttl > 0).as("time to live of %s", report).isEqualTo(ended);
            if (ended) {
                over.add((String) report.get(0));
            }
        }
        assertThat(homes).as("what is no report").isEmpty();

        for (List<Object> worker : lists(dump.get(2))) {
            long slots = Long.parseLong((String) worker.get(2));
            assertThat(Long.parseLong((String) worker.get(1)))
                    .as("free slots of %s", worker)
                    .isEqualTo(Math.max(0, slots - (Long) worker.get(3)));
            assertThat(dump.get(8)).contains(worker.get(0));
        }
        assertThat(dump.get(6)).containsExactlyInAnyOrderElementsOf(dump.get(8));
        assertThat(dump.get(7)).containsExactlyInAnyOrderElementsOf(dump.get(8));
        return over;
    }

    private static void add(Map<Object, List<String>> homes, Object id, String home) {
        homes.computeIfAbsent(id, any -> new ArrayList<>()).add(home);
    }

    @SuppressWarnings("unchecked") // replies are lists of whatever the script makes them
    private static List<List<Object>> lists(Object reply) {
        return (List<List<Object>>) reply;
    }
}
