package programs;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.redistributed.context.WireFormat;
import io.redistributed.pubsub.ChannelPolicies;
import io.redistributed.pubsub.ChannelPolicy;
import io.redistributed.pubsub.RedisPubSubTelemetry;
import io.redistributed.pubsub.Relation;
import io.redistributed.pubsub.vertx.SubscriberOptions;
import io.redistributed.pubsub.vertx.TracedPublisher;
import io.redistributed.pubsub.vertx.TracedSubscriber;
import io.redistributed.redis.RedisSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;

/** A program with the library. Argument: the port of a server. */
public final class LibraryProgram {

    private static final int HEARTBEATS = 6;

    private LibraryProgram() {}

    /** Publishes one message to itself, then stays for a few heartbeats. */
    public static void main(String[] arguments) throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            run(vertx, Integer.parseInt(arguments[0]));
        } finally {
            vertx.close().await();
        }
    }

    private static void run(Vertx vertx, int port) throws Exception {
        RedisPubSubTelemetry telemetry = RedisPubSubTelemetry.builder(GlobalOpenTelemetry.get())
                .setPolicies(ChannelPolicies.of(new ChannelPolicy("*", WireFormat.BINARY, Relation.PARENT)))
                .build();
        RedisSettings redis = RedisSettings.of("redis://127.0.0.1:" + port)
                .withTimeouts(Duration.ofSeconds(5), Duration.ofMillis(400));
        TracedSubscriber subscriber = TracedSubscriber.connect(
                        vertx, redis, telemetry, SubscriberOptions.DEFAULT.withHeartbeat(Duration.ofMillis(200)))
                .await();
        TracedPublisher publisher =
                TracedPublisher.connect(vertx, redis, telemetry).await();
        subscriber
                .subscribe("library", message -> {
                    Program.arrived("library", message.body().getBytes());
                    return Future.succeededFuture();
                })
                .await();
        publisher.publish("library", "body").await();
        Program.await("library", "body".getBytes(UTF_8));
        int before = Program.pings(port);
        while (Program.pings(port) < before + HEARTBEATS) {
            Thread.onSpinWait();
        }
        System.out.println("done");
    }
}
