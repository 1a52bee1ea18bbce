package io.redistributed.chaos;

import io.redistributed.queue.Records;
import io.redistributed.testing.RedisCli;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What Redis has of the ended reports of the first partition.
 *
 * @param ids of all entries of its list: one for each outcome, so a report with two has two
 * @param states state of the records → number of reports
 * @param left reports that wait, pause or run, as the keys say that hold them
 */
record EndedList(List<String> ids, Map<String, Integer> states, List<String> left) {

    private static final int AT_ONCE = 100;
    private static final String PREFIX = RedisState.prefix(0);

    /** Returns whether no report waits, pauses or runs; false while Redis is away. */
    static boolean isComplete(Servers redis) {
        try (RedisCli cli = redis.master(0).connect()) {
            return left(cli).isEmpty();
        } catch (IOException | UncheckedIOException away) {
            return false;
        }
    }

    static EndedList read(Servers redis) throws IOException {
        EndedList list = new EndedList(new ArrayList<>(), new HashMap<>(), new ArrayList<>());
        try (RedisCli cli = redis.master(0).connect()) {
            List<String> page;
            int from = 0;
            do {
                page = RedisState.strings(cli.call("LRANGE", PREFIX + "ended", "" + from, "" + (from + AT_ONCE - 1)));
                from += page.size();
                for (String entry : page) {
                    // A time, then the reports that ended in one call.
                    List<String> ids = Stream.of(entry.split(" ")).skip(1).toList();
                    list.ids.addAll(ids);
                    for (String id : ids) {
                        cli.send(Records.read(id));
                    }
                    for (int i = 0; i < ids.size(); i++) {
                        list.states.merge(
                                String.valueOf(Records.fields(cli.read()).get("state")), 1, Integer::sum);
                    }
                }
            } while (page.size() == AT_ONCE);
            list.left.addAll(left(cli));
        }
        return list;
    }

    private static List<String> left(RedisCli cli) throws IOException {
        List<String> left = new ArrayList<>();
        for (String key : List.of("delayed", "waiting:simulated")) {
            left.addAll(RedisState.strings(cli.call("ZRANGE", PREFIX + key, "0", "-1")));
        }
        for (String key : RedisState.strings(cli.call("KEYS", PREFIX + "leased:*"))) {
            left.addAll(RedisState.strings(cli.call("HKEYS", key)));
        }
        return left;
    }
}
