package io.redistributed.pubsub.vertx;

import static io.redistributed.testing.Waiting.await;
import static io.redistributed.testing.Waiting.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.redistributed.context.WireFormat;
import io.redistributed.pubsub.ChannelPolicy;
import io.redistributed.pubsub.RedisPubSubTelemetry;
import io.redistributed.pubsub.Relation;
import io.redistributed.telemetry.ServiceTracerFactory;
import io.redistributed.telemetry.Telemetry;
import io.redistributed.testing.Hops;
import io.redistributed.testing.RedisServer;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** 1,000 messages in concurrent handlers, each with its own trace. */
class ConcurrentHandlersTest {

    private static final int MESSAGES = 1_000;

    private PubSub pubSub;
    private Vertx vertx;

    @BeforeEach
    void start() {
        Telemetry telemetry = new Telemetry(service -> pubSub.traces.openTelemetry());
        vertx = Vertx.builder()
                .withTracer(new ServiceTracerFactory(telemetry, request -> true))
                .build();
        pubSub = new PubSub(vertx, RedisServer.start());
    }

    @AfterEach
    void stop() {
        pubSub.close();
    }

    /** Where the subscriber is made. */
    private final class Home extends VerticleBase {

        private final Hops hops;
        private ContextInternal own;

        private Home(Hops hops) {
            this.hops = hops;
        }

        @Override
        public Future<?> start() {
            own = (ContextInternal) context;
            return TracedSubscriber.connect(vertx, pubSub.settings(), pubSub.telemetry(), SubscriberOptions.DEFAULT)
                    .compose(subscriber -> subscriber.subscribe(
                            "orders", message -> hops.go(message.body().toString())));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = ThreadingModel.class,
            names = {"EVENT_LOOP", "WORKER"})
    void handlersKeepTheirTraceAtEveryStep(ThreadingModel threading) {
        Hops hops = new Hops(vertx, MESSAGES);
        Home home = new Home(hops);
        await(vertx.deployVerticle(home, new DeploymentOptions().setThreadingModel(threading)));
        TracedPublisher publisher = pubSub.publisher();

        List<Future<?>> published = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            published.add(pubSub.traces.within(
                    "order",
                    () -> publisher.publish(
                            "orders", Span.current().getSpanContext().getTraceId())));
        }
        await(Future.all(published));

        eventually(() -> hops.ended().size() + hops.wrong().size() >= MESSAGES);
        assertThat(hops.wrong()).isEmpty();
        assertThat(hops.ended()).hasSize(MESSAGES).doesNotHaveDuplicates();
        assertThat(hops.threads())
                .isNotEmpty()
                .allMatch(thread -> thread.getName().contains("worker") == (threading == ThreadingModel.WORKER));
        eventually(() -> pubSub.traces.spans("process orders").size() == MESSAGES);
        assertThat(pubSub.traces.spans("process orders"))
                .extracting(SpanData::getTraceId)
                .isNotEmpty()
                .doesNotHaveDuplicates();
        hops.assertNothingIsLeft(home.own);
    }

    @Test
    void traceOfSubscribersCreatorIsNotInherited() {
        RedisPubSubTelemetry propagating =
                pubSub.telemetry(new ChannelPolicy("*", WireFormat.NONE, Relation.PROPAGATE));
        Promise<SpanContext> seen = Promise.promise();
        Promise<Subscription> subscribed = Promise.promise();
        ContextInternal request =
                ((VertxInternal) vertx).createEventLoopContext().duplicate();
        request.runOnContext(v -> pubSub.traces.within("request", () -> TracedSubscriber.connect(
                        vertx, pubSub.settings(), propagating, SubscriberOptions.DEFAULT)
                .compose(subscriber -> subscriber.subscribe("orders", message -> {
                    seen.complete(Span.current().getSpanContext());
                    return Future.succeededFuture();
                }))
                .onComplete(subscribed)));
        await(subscribed.future());

        await(pubSub.publisher(new ChannelPolicy("*", WireFormat.NONE, Relation.PARENT))
                .publish("orders", "untraced"));

        assertThat(await(seen.future()).isValid()).isFalse();
    }
}
