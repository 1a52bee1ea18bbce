package io.redistributed.redis;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the master by asking all sentinels at once. The newest configuration wins, as a sentinel partitioned with an
 * old master still reports that one. A newly reported server must also confirm that it is a master.
 *
 * @see <a href="https://redis.io/docs/latest/develop/reference/sentinel-clients/">Guidelines for Sentinel clients</a>
 */
final class SentinelLocator implements Locator {

    private final NodeProbe probe;
    private final NodeProbe sentinelProbe;
    private final List<String> sentinels;
    private final RedisUrl master;
    private final CoalescingCache<List<String>> named;

    SentinelLocator(Vertx vertx, RedisSettings settings) {
        this.probe = new NodeProbe(vertx, settings, settings.credentials());
        this.sentinelProbe = new NodeProbe(vertx, settings, settings.sentinelCredentials());
        this.sentinels = settings.endpoints();
        this.master = RedisUrl.parseMaster(settings.master());
        this.named = Locator.shared(vertx, settings);
    }

    @Override
    public Future<String> locate(@Nullable String current) {
        return named.orElse(this::askAll)
                .compose(urls -> urls.contains(current) ? Future.succeededFuture(current) : confirm(urls.get(0)));
    }

    /**
     * Returns the masters that the sentinels with the newest configuration report; several if they spell one address
     * differently.
     */
    private Future<List<String>> askAll() {
        List<Future<Answer>> asked = sentinels.stream().map(this::ask).toList();
        return Future.join(asked).transform(all -> {
            List<Answer> answers =
                    asked.stream().filter(Future::succeeded).map(Future::result).toList();
            long newest = answers.stream().mapToLong(Answer::epoch).max().orElse(-1);
            return answers.isEmpty()
                    ? Future.failedFuture(all.cause())
                    : Future.succeededFuture(answers.stream()
                            .filter(answer -> answer.epoch == newest)
                            .map(Answer::url)
                            .distinct()
                            .toList());
        });
    }

    private Future<Answer> ask(String sentinel) {
        // Both, as only the first has the address during a failover and only the second the epoch.
        return sentinelProbe
                .ask(sentinel, question("GET-MASTER-ADDR-BY-NAME"), question("MASTER"))
                .map(replies -> {
                    Response address = replies.get(0);
                    String url = master.at(
                                    address.get(0).toString(), address.get(1).toInteger())
                            .text();
                    return new Answer(replies.get(1).get("config-epoch").toLong(), url);
                });
    }

    private Request question(String about) {
        return Request.cmd(Command.SENTINEL).arg(about).arg(master.host());
    }

    private Future<String> confirm(String url) {
        return probe.ask(url, Request.cmd(Command.ROLE))
                .map(replies -> replies.get(0).get(0).toString())
                // Without permission for ROLE, trust the sentinels.
                .recover(cause -> switch (RedisErrorClass.of(cause, -1)) {
                    case REFUSED, FINAL -> Future.succeededFuture("master");
                    case MISPLACED, LATER, NONE -> Future.failedFuture(cause);
                })
                .compose(role -> "master".equals(role)
                        ? Future.succeededFuture(url)
                        : Future.failedFuture(
                                RedisUrl.parse(url) + " is not a master, although the sentinels report it as one"));
    }

    private record Answer(long epoch, String url) {}
}
