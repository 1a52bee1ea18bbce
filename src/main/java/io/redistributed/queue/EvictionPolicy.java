package io.redistributed.queue;

import io.redistributed.redis.ErrorKind;
import io.redistributed.redis.RedisCommands;
import io.redistributed.redis.RedisRefusedException;
import io.redistributed.redis.RedisSettings;
import io.redistributed.redis.RedisUnavailableException;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Holds Redis' {@code maxmemory-policy}. When memory runs out, all but {@value #KEEPS_ALL} delete accepted reports,
 * leases or idempotency keys without an error. Checked even if {@code maxmemory} is 0, as that can change at any time.
 *
 * @param name empty if the server does not report it
 */
record EvictionPolicy(String name) {

    private static final String KEEPS_ALL = "noeviction";
    private static final Pattern IN_INFO = Pattern.compile("(?m)^maxmemory_policy:(\\S+)");

    /** Reads the policy, which is empty if the server allows neither command. Fails if the server does not answer now. */
    static Future<EvictionPolicy> read(RedisCommands commands) {
        return ask(commands, Request.cmd(Command.INFO).arg("memory"))
                .map(info -> info.map(Response::toString).map(IN_INFO::matcher).filter(Matcher::find))
                .compose(found -> found.isPresent()
                        ? Future.succeededFuture(found.get().group(1))
                        : ask(commands, Request.cmd(Command.CONFIG).arg("GET").arg("maxmemory-policy"))
                                .map(reply -> reply.map(config -> config.get("maxmemory-policy"))
                                        .map(Response::toString)
                                        .orElse("")))
                .map(EvictionPolicy::new);
    }

    boolean isUnknown() {
        return name.isEmpty();
    }

    /** Returns the problem and its remedy; empty if there is no problem. */
    Optional<String> problem(RedisSettings redis) {
        if (isUnknown()) {
            return Optional.of("Redis at " + redis
                    + " reports its maxmemory-policy neither by INFO memory nor by CONFIG GET; make sure that it is "
                    + KEEPS_ALL);
        }
        return name.equals(KEEPS_ALL)
                ? Optional.empty()
                : Optional.of("Redis at " + redis + " has maxmemory-policy " + name
                        + ", which deletes accepted reports when memory runs out; set it to " + KEEPS_ALL
                        + ", or accept the loss with queue.allowEviction: true");
    }

    /** Returns the reply; empty if the server refuses the command or does not know it. */
    private static Future<Optional<Response>> ask(RedisCommands commands, Request question) {
        return commands.send(question).map(Optional::ofNullable).recover(cause -> {
            // A busy or loading server says nothing about the command.
            boolean later = cause instanceof RedisUnavailableException && !(cause instanceof RedisRefusedException);
            return ErrorKind.isErrorReply(cause) && !later
                    ? Future.succeededFuture(Optional.empty())
                    : Future.failedFuture(cause);
        });
    }
}
