package io.redistributed.chaos;

import io.redistributed.testing.RedisCli;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What Redis has of the ended reports of the first partition.
 *
 * @param ids of all entries of its list: one for each outcome, so a report with two has two
 * @param states state of the records → number of reports
 * @param left reports that wait, pause or run, as the keys say that hold them
 */
record EndedList(List<String> ids, Map<String, Integer> states, List<String> left) {

    private static final int AT_ONCE = 5_000;
    private static final String PREFIX = RedisState.prefix(0);

    /** Returns 0 while Redis is away. */
    static long length(Servers redis) {
        try (RedisCli cli = redis.master(0).connect()) {
            return (Long) cli.call("LLEN", PREFIX + "ended");
        } catch (IOException | UncheckedIOException away) {
            return 0;
        }
    }

    static EndedList read(Servers redis) throws IOException {
        EndedList list = new EndedList(new ArrayList<>(), new HashMap<>(), new ArrayList<>());
        try (RedisCli cli = redis.master(0).connect()) {
            List<String> page;
            do {
                int from = list.ids.size();
                page = RedisState.strings(cli.call("LRANGE", PREFIX + "ended", "" + from, "" + (from + AT_ONCE - 1)));
                for (String entry : page) {
                    String id = entry.substring(entry.indexOf(' ') + 1);
                    list.ids.add(id);
                    cli.send("HGET", PREFIX + "report:" + id, "state");
                }
                for (int i = 0; i < page.size(); i++) {
                    list.states.merge(String.valueOf(cli.read()), 1, Integer::sum);
                }
            } while (page.size() == AT_ONCE);
            for (String key : List.of("delayed", "waiting:simulated")) {
                list.left.addAll(RedisState.strings(cli.call("ZRANGE", PREFIX + key, "0", "-1")));
            }
            for (String key : RedisState.strings(cli.call("KEYS", PREFIX + "leased:*"))) {
                list.left.addAll(RedisState.strings(cli.call("HKEYS", key)));
            }
        }
        return list;
    }
}
