package io.redistributed.queue;

import io.redistributed.redis.LuaScript;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Commands that read and change single fields of reports' records in Redis, and damage them thereby. */
public final class Records {

    private static final LuaScript READ = LuaScript.load(Records.class, "read");
    private static final LuaScript EDIT = LuaScript.load(Records.class, "edit");

    private Records() {}

    /** Its reply is for {@link #fields}. */
    public static String[] read(String id) {
        return new String[] {"EVAL", READ.source(), "1", new Partition(Partition.numberOf(id)).report(id)};
    }

    public static String[] set(String id, String field, String value) {
        return new String[] {"EVAL", EDIT.source(), "1", new Partition(Partition.numberOf(id)).report(id), field, value
        };
    }

    public static String[] remove(String id, String field) {
        return new String[] {"EVAL", EDIT.source(), "1", new Partition(Partition.numberOf(id)).report(id), field};
    }

    /** @param reply fields and values, by turns */
    public static Map<String, String> fields(Object reply) {
        List<?> flat = (List<?>) reply;
        Map<String, String> fields = new HashMap<>();
        for (int i = 0; i < flat.size(); i += 2) {
            fields.put((String) flat.get(i), (String) flat.get(i + 1));
        }
        return fields;
    }
}
