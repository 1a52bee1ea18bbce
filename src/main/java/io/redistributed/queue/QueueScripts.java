package io.redistributed.queue;

import io.redistributed.redis.LuaScript;
import io.redistributed.redis.RedisCommands;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Calls the Lua scripts of the queue on one lane. They are beside this class among the resources; each says what it takes. */
final class QueueScripts {

    /** By name, as they are in a cluster. */
    private static final Map<String, LuaScript> SHARDED = new HashMap<>();

    static final LuaScript SUBMIT = load("submit");
    static final LuaScript INPUT = load("input");
    static final LuaScript FINISH = load("finish");
    static final LuaScript BEAT = load("beat");
    static final LuaScript REAP = load("reap");
    static final LuaScript LEAVE = load("leave");
    static final LuaScript CANCEL = load("cancel");
    static final LuaScript RETRY = load("retry");
    static final LuaScript LIST = load("list");
    static final LuaScript WORKERS = load("workers");
    static final LuaScript FIGURES = load("figures");

    private final RedisCommands commands;
    private final List<String> keys;
    private final List<Object> rules;

    QueueScripts(RedisCommands commands, Lane lane, QueueSettings settings) {
        this.commands = commands;
        this.keys = List.of(lane.prefix());
        this.rules = settings.rules();
    }

    Future<Response> run(LuaScript script, List<?> args) {
        return commands.run(asPublishing(script), keys, withRules(args));
    }

    /** Repeats the call until it is answered, at most so long: submit and finish do no more when they run twice. */
    Future<Response> runUntilAnswered(LuaScript script, List<?> args, Duration within) {
        return commands.runUntilAnswered(asPublishing(script), keys, withRules(args), within);
    }

    private LuaScript asPublishing(LuaScript script) {
        return commands.isSharded() ? SHARDED.get(script.name()) : script;
    }

    private List<Object> withRules(List<?> args) {
        List<Object> all = new ArrayList<>(rules.size() + args.size());
        all.addAll(rules);
        all.addAll(args);
        return all;
    }

    private static LuaScript load(String name) {
        SHARDED.put(name, LuaScript.load(QueueScripts.class, name, "spublish", "lane", "handover", "homes"));
        return LuaScript.load(QueueScripts.class, name, "publish", "lane", "handover", "homes");
    }
}
