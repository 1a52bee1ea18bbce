package io.redistributed.queue;

import io.opentelemetry.context.Context;
import io.redistributed.redis.LuaScript;
import io.redistributed.redis.RedisCommands;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Calls the queue's Lua scripts, which are resources of this package, on one partition. Each file documents its
 * arguments. The settings are prepended as constants, which is faster than arguments.
 */
final class QueueScripts {

    static final LuaScript SUBMIT = load("submit");
    static final LuaScript CHUNK = load("chunk");
    static final LuaScript INPUT = load("input");
    static final LuaScript FINISH = load("finish");
    static final LuaScript HEARTBEAT = load("heartbeat");
    static final LuaScript REAP = load("reap");
    static final LuaScript LEAVE = load("leave");
    static final LuaScript CANCEL = load("cancel");
    static final LuaScript RETRY = load("retry");
    static final LuaScript WORKERS = load("workers");
    static final LuaScript FIGURES = load("figures");
    static final LuaScript PROBE = load("probe");
    static final LuaScript TYPES = load("types");

    private final RedisCommands commands;
    private final List<String> keys;
    private final String constants;
    private final Map<String, LuaScript> complete = new HashMap<>();

    QueueScripts(RedisCommands commands, Partition partition, QueueSettings settings) {
        this.commands = commands;
        this.keys = List.of(partition.prefix());
        this.constants = constants(settings, commands.isSharded());
    }

    /**
     * Returns the constants to prepend to a script.
     *
     * @param sharded whether channels are sharded
     */
    static String constants(QueueSettings settings, boolean sharded) {
        return settings.asLua() + "local publish = '" + (sharded ? "SPUBLISH" : "PUBLISH") + "'\nlocal data_version = '"
                + DataVersion.CURRENT + "'\n";
    }

    /** The scripts that a worker calls, complete: they need nothing but the arguments of their heads. */
    List<LuaScript> forWorkers() {
        return Stream.of(HEARTBEAT, INPUT, FINISH, LEAVE).map(this::complete).toList();
    }

    Future<Response> run(LuaScript script, List<?> args) {
        return commands.run(complete(script), keys, args);
    }

    /** Makes a call whose reply the reader accepts, or else the connection is dropped; see {@link RedisCommands#decode}. */
    <T> Future<T> run(LuaScript script, List<?> args, Function<Response, T> reader) {
        return run(script, args).compose(reply -> commands.decode(reply, reader));
    }

    /** Repeats the call until Redis answers, or the time is over. Only for idempotent scripts. */
    Future<Response> runUntilAnswered(LuaScript script, List<?> args, Duration within) {
        return commands.runUntilAnswered(complete(script), keys, args, within);
    }

    /** Makes one call on behalf of several callers; see {@link #run(LuaScript, List, Function)}. */
    <T> Future<T> runShared(LuaScript script, List<?> args, List<Context> callers, Function<Response, T> reader) {
        return commands.runShared(complete(script), keys, args, callers)
                .compose(reply -> commands.decode(reply, reader));
    }

    private LuaScript complete(LuaScript script) {
        return complete.computeIfAbsent(script.name(), name -> script.after(constants));
    }

    private static LuaScript load(String name) {
        return LuaScript.load(QueueScripts.class, name);
    }
}
