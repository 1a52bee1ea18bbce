package io.redistributed.queue;

import io.redistributed.redis.ErrorKind;
import io.redistributed.redis.RedisCommands;
import io.redistributed.redis.RedisSettings;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Redis' {@code maxmemory-policy}: all but {@value #KEEPS_ALL} delete accepted reports, leases or idempotency keys when memory
 * runs out, without an error. It counts also while {@code maxmemory} is 0, as that can be changed at any time.
 *
 * @param name empty if the server does not tell
 */
record EvictionPolicy(String name) {

    private static final String KEEPS_ALL = "noeviction";
    private static final Pattern IN_INFO = Pattern.compile("(?m)^maxmemory_policy:(\\S+)");

    /** Asks the server, which may allow neither question. Fails if it cannot be reached. */
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

    /** What is wrong with it and how to mend it, empty if nothing is. */
    Optional<String> problem(RedisSettings redis) {
        if (isUnknown()) {
            return Optional.of("Redis at " + redis
                    + " tells its maxmemory-policy neither by INFO memory nor by CONFIG GET; make sure that it is "
                    + KEEPS_ALL);
        }
        return name.equals(KEEPS_ALL)
                ? Optional.empty()
                : Optional.of("Redis at " + redis + " has maxmemory-policy " + name
                        + ", which deletes accepted reports when memory runs out; set it to " + KEEPS_ALL
                        + ", or accept the loss with queue.allowEviction: true");
    }

    /** Empty if the server refuses the question or does not know it. */
    private static Future<Optional<Response>> ask(RedisCommands commands, Request question) {
        return commands.send(question)
                .map(Optional::ofNullable)
                .recover(cause -> ErrorKind.isErrorReply(cause)
                        ? Future.succeededFuture(Optional.empty())
                        : Future.failedFuture(cause));
    }
}
