package io.redistributed.pubsub.vertx;

import static io.redistributed.testing.Waiting.await;
import static io.redistributed.testing.Waiting.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.OpenTelemetry;
import io.redistributed.context.WireFormat;
import io.redistributed.pubsub.ChannelPolicy;
import io.redistributed.pubsub.Relation;
import io.redistributed.pubsub.vertx.PubSub.Inbox;
import io.redistributed.pubsub.vertx.TracedSubscriber.State;
import io.redistributed.redis.RedisCommands;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class HostileInputTest {

    private static final int MESSAGES = 10_000;
    private static final byte[] ENVELOPE = {(byte) 0xF7, 0x52, 0x44, 0x01};

    @Test
    void randomMessagesAreDeliveredAndAffectNoOthers(Vertx vertx) {
        Random random = new Random(11);
        List<State> states = new CopyOnWriteArrayList<>();
        AtomicInteger delivered = new AtomicInteger();
        Inbox good = new Inbox();
        try (PubSub pubSub = new PubSub(vertx)) {
            TracedSubscriber subscriber =
                    pubSub.subscriber(SubscriberOptions.DEFAULT).stateHandler(states::add);
            await(subscriber.subscribe("orders", message -> {
                delivered.incrementAndGet();
                return message.body().toString().startsWith("good") ? good.apply(message) : Future.succeededFuture();
            }));
            TracedPublisher publisher = pubSub.publisher(new ChannelPolicy("*", WireFormat.ENVELOPE, Relation.PARENT));
            RedisCommands raw = await(RedisCommands.connect(pubSub.vertx, pubSub.settings(), OpenTelemetry.noop()));

            List<Future<?>> sent = new ArrayList<>();
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < MESSAGES; i++) {
                sent.add(raw.publish("orders", random(random)));
                if (i % 10 == 0) {
                    expected.add("good " + i);
                    sent.add(publisher.publish("orders", "good " + i));
                }
            }
            await(Future.all(sent));

            eventually(() -> delivered.get() == MESSAGES + expected.size());
            assertThat(good.texts()).isEqualTo(expected);
            assertThat(states).isEmpty();
        }
    }

    /** Any bytes; and such that begin like a header, so that more than the first byte is looked at. */
    private static Buffer random(Random random) {
        byte[] bytes = new byte[random.nextInt(100)];
        random.nextBytes(bytes);
        switch (random.nextInt(3)) {
            case 0 -> System.arraycopy(ENVELOPE, 0, bytes, 0, Math.min(bytes.length, ENVELOPE.length));
            case 1 -> {
                if (bytes.length >= 29) {
                    bytes[0] = 0;
                    bytes[1] = 0;
                    bytes[18] = 1;
                    bytes[27] = 2;
                }
            }
            default -> {}
        }
        return Buffer.buffer(bytes);
    }
}
