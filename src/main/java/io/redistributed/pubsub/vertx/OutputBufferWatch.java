package io.redistributed.pubsub.vertx;

import io.redistributed.redis.RedisLink;
import io.redistributed.redis.RedisSettings;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Detects whether Redis closed a connection because its {@code client-output-buffer-limit} was exceeded while reading
 * was paused. Redis does not notify the client. Newer versions count such disconnects; for older ones the run id shows
 * whether the server restarted instead. Used on the event loop of the connection.
 *
 * @see <a href="https://redis.io/docs/latest/develop/reference/clients/#output-buffer-limits">Output buffer limits</a>
 */
final class OutputBufferWatch {

    private static final Logger log = LoggerFactory.getLogger(OutputBufferWatch.class);

    private static final Pattern PROCESS = Pattern.compile("run_id:(\\w{1,64})");
    private static final Pattern COUNT = Pattern.compile("client_output_buffer_limit_disconnections:(\\d{1,18})");

    private final RedisLink link;
    private final RedisSettings redis;
    private Future<Server> before = Future.succeededFuture(Server.UNKNOWN);
    private boolean suspected;

    /** Holds values of {@code INFO}; empty if the server does not report them. */
    private record Server(String process, String count) {

        static final Server UNKNOWN = new Server("", "");

        boolean isAnotherThan(Server other) {
            return !process.isEmpty() && !other.process.isEmpty() && !process.equals(other.process);
        }

        boolean countsAlike(Server other) {
            return !count.isEmpty() && count.equals(other.count);
        }
    }

    OutputBufferWatch(RedisLink link, RedisSettings redis) {
        this.link = link;
        this.redis = redis;
    }

    /** Records that reading was paused. */
    void paused() {
        before = ask();
    }

    /** Records that the connection was lost while reading was paused. */
    void lost() {
        suspected = true;
    }

    /** Returns why the previous connection was lost if the output buffer was, or may have been, exceeded. */
    Future<Optional<SlowSubscriberException>> explainLoss() {
        if (!suspected) {
            return Future.succeededFuture(Optional.empty());
        }
        suspected = false;
        return ask().compose(now -> before.map(then -> {
            if (now.isAnotherThan(then) || now.countsAlike(then)) {
                return Optional.empty();
            }
            boolean known = !now.count.isEmpty() && !then.count.isEmpty();
            SlowSubscriberException slow = new SlowSubscriberException("Redis at " + redis
                    + " closed the connection of a slow subscriber" + (known ? "" : ", probably")
                    + " because its client-output-buffer-limit pubsub was exceeded while reading was paused;"
                    + " raise that limit or maxBufferedBytes");
            log.warn("{}. Messages in that buffer are lost", slow.getMessage());
            return Optional.of(slow);
        }));
    }

    private Future<Server> ask() {
        return link.ask(
                        Request.cmd(Command.INFO).arg("server"),
                        Request.cmd(Command.INFO).arg("stats"))
                .map(replies -> new Server(
                        find(PROCESS, replies.get(0).toString()),
                        find(COUNT, replies.get(1).toString())))
                .otherwise(Server.UNKNOWN);
    }

    private static String find(Pattern pattern, String text) {
        Matcher found = pattern.matcher(text);
        return found.find() ? found.group(1) : "";
    }
}
