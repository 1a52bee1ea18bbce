package io.redistributed.pubsub.vertx;

import static io.redistributed.testing.Waiting.await;
import static io.redistributed.testing.Waiting.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.OpenTelemetry;
import io.redistributed.context.WireFormat;
import io.redistributed.pubsub.ChannelPolicy;
import io.redistributed.pubsub.Relation;
import io.redistributed.pubsub.vertx.PubSub.Inbox;
import io.redistributed.redis.RedisCommands;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.junit5.VertxExtension;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A fleet that talks over a channel without any of this is moved to it, readers first. */
@ExtendWith(VertxExtension.class)
class RolloutTest {

    private static final Buffer BODY = Buffer.buffer("{\"order\":1}");
    private static final ChannelPolicy READING = new ChannelPolicy("*", WireFormat.NONE, Relation.PARENT);

    @Test
    void readersFirstRolloutShowsNoHeader(Vertx vertx) {
        try (PubSub pubSub = new PubSub(vertx)) {
            List<Buffer> oldReader = new CopyOnWriteArrayList<>();
            RedisConnection old = subscribePlainly(pubSub, oldReader);
            RedisCommands oldWriter =
                    await(RedisCommands.connect(pubSub.vertx, pubSub.settings(), OpenTelemetry.noop()));

            // The first new reader, among old ones.
            Inbox newReader = new Inbox();
            TracedSubscriber subscriber = pubSub.subscriber(pubSub.telemetry(READING), SubscriberOptions.DEFAULT);
            await(subscriber.subscribe("orders", newReader));
            await(oldWriter.publish("orders", BODY));
            // New writers too, as the same policy goes everywhere.
            await(pubSub.publisher(READING).publish("orders", BODY));
            eventually(() -> newReader.bodies.size() == 2 && oldReader.size() == 2);
            assertThat(newReader.bodies).containsOnly(BODY);
            assertThat(oldReader).containsOnly(BODY);
            assertThat(pubSub.traces.span("publish orders").getTraceId()).isNotIn(traceIdsOf(pubSub, "process orders"));

            // No old reader is left, so writers are switched one by one.
            await(old.close());
            pubSub.traces.reset();
            for (WireFormat format : List.of(WireFormat.BINARY, WireFormat.ENVELOPE)) {
                await(pubSub.publisher(new ChannelPolicy("*", format, Relation.PARENT))
                        .publish("orders", BODY));
            }
            await(oldWriter.publish("orders", BODY));
            eventually(() -> pubSub.traces.spans("process orders").size() == 3);
            assertThat(newReader.bodies).hasSize(5).containsOnly(BODY);
            assertThat(traceIdsOf(pubSub, "process orders")).containsAll(traceIdsOf(pubSub, "publish orders"));
        }
    }

    @Test
    void oldReaderSeesHeader(Vertx vertx) {
        try (PubSub pubSub = new PubSub(vertx)) {
            List<Buffer> oldReader = new CopyOnWriteArrayList<>();
            subscribePlainly(pubSub, oldReader);

            await(pubSub.publisher().publish("orders", BODY));

            eventually(() -> !oldReader.isEmpty());
            assertThat(oldReader.get(0).length()).isEqualTo(29 + BODY.length());
        }
    }

    /** As a program does that knows nothing of redistributed. */
    private static RedisConnection subscribePlainly(PubSub pubSub, List<Buffer> received) {
        RedisConnection connection =
                await(Redis.createClient(pubSub.vertx, pubSub.redis.url()).connect());
        List<Response> confirmed = new CopyOnWriteArrayList<>();
        connection.handler(push -> {
            if (push.get(0).toString().equals("message")) {
                received.add(push.get(2).toBuffer());
            } else {
                confirmed.add(push);
            }
        });
        await(connection.send(Request.cmd(Command.SUBSCRIBE).arg("orders")));
        eventually(() -> !confirmed.isEmpty());
        return connection;
    }

    private static List<String> traceIdsOf(PubSub pubSub, String name) {
        return pubSub.traces.spans(name).stream().map(span -> span.getTraceId()).toList();
    }
}
