package io.redistributed.worker;

import static io.redistributed.testing.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.redistributed.queue.Report;
import io.redistributed.queue.ReportState;
import io.redistributed.queue.Submitted;
import io.redistributed.testing.RedisServer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Counts the commands of a report in Redis. Leases are so long that no heartbeat and no reaper run in between. */
@ExtendWith(VertxExtension.class)
class CommandCountTest {

    private static final int REPORTS = 200;
    private static final Pattern CALLS = Pattern.compile("cmdstat_(\\S+):calls=(\\d+)");

    @Test
    void costIsIndependentOfNumberOfWorkers(Vertx vertx) {
        Map<String, Integer> one = commandsOneByOne(vertx, 1);
        Map<String, Integer> many = commandsOneByOne(vertx, 32);

        assertThat(one).containsEntry("evalsha", 2 * REPORTS).doesNotContainKey("eval");
        assertThat(one).containsEntry("publish", 2 * REPORTS);
        assertThat(many).isEqualTo(one);
    }

    @Test
    void concurrentReportsShareCalls(Vertx vertx) {
        for (int workers : new int[] {1, 32}) {
            try (WorkerFixture fixture = start(vertx, workers)) {
                List<Future<String>> submitted = Stream.generate(() -> fixture.start(() ->
                                fixture.queue.submit(WorkerFixture.simulated()).map(Submitted::id)))
                        .limit(REPORTS)
                        .toList();
                for (Future<String> id : submitted) {
                    assertThat(fixture.ended(await(id)).state()).isEqualTo(ReportState.DONE);
                }
                Map<String, Integer> commands = commands(fixture);
                assertThat(commands).doesNotContainKey("eval");
                assertThat(commands.get("evalsha")).isLessThan(REPORTS);
            }
        }
    }

    private static Map<String, Integer> commandsOneByOne(Vertx vertx, int workers) {
        try (WorkerFixture fixture = start(vertx, workers)) {
            for (int i = 0; i < REPORTS; i++) {
                String id = fixture.get(
                        () -> fixture.queue.submit(WorkerFixture.simulated()).map(Submitted::id));
                Optional<Report> report = Optional.empty();
                while (report.isEmpty() || report.get().state() != ReportState.DONE) {
                    report = Optional.of(fixture.find(id));
                }
            }
            Map<String, Integer> commands = commands(fixture);
            // Of the looking, which is as often as it likes.
            commands.remove("get");
            return commands;
        }
    }

    private static WorkerFixture start(Vertx vertx, int workers) {
        WorkerFixture fixture =
                new WorkerFixture(vertx, RedisServer.start("appendonly no"), new JsonObject().put("lease", "1h"));
        for (int i = 0; i < workers; i++) {
            fixture.deployWorker(16, "0s");
        }
        // From here on Redis has the scripts.
        fixture.ended(fixture.get(
                () -> fixture.queue.submit(WorkerFixture.simulated()).map(Submitted::id)));
        fixture.redis.cli("CONFIG", "RESETSTAT");
        return fixture;
    }

    private static Map<String, Integer> commands(WorkerFixture fixture) {
        Map<String, Integer> calls = new TreeMap<>();
        Matcher stat = CALLS.matcher((String) fixture.redis.cli("INFO", "commandstats"));
        while (stat.find()) {
            calls.put(stat.group(1), Integer.valueOf(stat.group(2)));
        }
        calls.keySet().removeIf(command -> command.startsWith("config") || command.equals("info"));
        // The heartbeats of connections.
        calls.keySet().removeAll(List.of("unsubscribe", "ping"));
        return calls;
    }
}
