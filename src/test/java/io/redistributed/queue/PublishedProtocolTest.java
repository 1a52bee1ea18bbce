package io.redistributed.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What workers in other languages rely on; scripts/worker-conformance.sh has the rest. */
class PublishedProtocolTest extends OnEveryRedis {

    private static final String KEY = "{rd:0}:protocol:1";

    @Test
    void publishesSettingsAndScripts() throws IOException {
        queue.worker("w");

        assertThat(queue.cli("HMGET", KEY, "partitions", "lease", "timeout", "subscribe"))
                .isEqualTo(List.of("1", "3600000", "7200000", "SUBSCRIBE"));
        assertThat(queue.cli("HLEN", KEY)).isEqualTo(8L);
    }

    @Test
    void publishedScriptsAreComplete() throws IOException {
        FakeWorker worker = queue.worker("w");
        worker.heartbeat(1);
        Attempt attempt = worker.next(queue.submit("input"));

        String input = (String) queue.cli("HGET", KEY, "lua:input");
        assertThat(queue.cli("EVAL", input, "1", "{rd:0}", attempt.id(), "1", "w"))
                .isEqualTo("input");
        String leave = (String) queue.cli("HGET", KEY, "lua:leave");
        assertThat(queue.cli("EVAL", leave, "1", "{rd:0}", "w")).isEqualTo(1L);
        queue.assertConsistent();
    }

    @Test
    void workerOfAnotherVersionIsRefused() {
        byte[] block = new MessagePack()
                .put("worker", "w")
                .put("protocol", 2)
                .put("types", "summary")
                .toBytes();

        assertThatThrownBy(() -> queue.run(QueueScripts.HEARTBEAT, block)).hasMessageContaining("PROTOCOL version 2");
        assertThat(queue.get(queue.queue::workers)).isEmpty();
    }

    @Test
    void messageOfAnotherVersionIsRefused() {
        JsonObject message = new JsonObject()
                .put("sequence", 1)
                .put("id", "0-1")
                .put("attempt", 1)
                .put("type", "summary")
                .put("parameters", new JsonObject());

        assertThat(Attempt.parse(message.toBuffer()).id()).isEqualTo("0-1");
        assertThat(Attempt.parse(message.put("version", 1).toBuffer()).id()).isEqualTo("0-1");
        for (Object version : new Object[] {2, 0, "1", 1.5}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () -> Attempt.parse(message.put("version", version).toBuffer()));
        }
    }

    @Test
    void progressThatIsNoShareIsIgnored() throws IOException {
        FakeWorker worker = queue.worker("w");
        worker.heartbeat(1);
        Attempt attempt = worker.next(queue.submit());
        for (String progress : List.of("half", "-1", "1.1", "nan", "inf")) {
            MessagePack running = new MessagePack()
                    .put("id", attempt.id())
                    .put("attempt", "1")
                    .put("progress", progress)
                    .put("span", "");
            queue.run(
                    QueueScripts.HEARTBEAT,
                    new MessagePack()
                            .put("worker", "w")
                            .put("slots", 1)
                            .put("info", "{}")
                            .put("sequence", attempt.sequence())
                            .put("types", QueueFixture.TYPE)
                            .put("attempts", List.of(running))
                            .toBytes());
            assertThat(queue.find(attempt.id()).progress()).as(progress).isNull();
        }
        queue.assertConsistent();
    }
}
