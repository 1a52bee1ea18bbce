package io.redistributed.pubsub;

import static io.redistributed.testing.Waiting.await;
import static io.redistributed.testing.Waiting.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextStorage;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.redistributed.context.WireFormat;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** 1,000 messages in handlers at once, each of a trace of its own. */
class ConcurrentHandlersTest {

    private static final int MESSAGES = 1_000;
    private static final String ECHO = "echo";

    private final AtomicInteger started = new AtomicInteger();
    private final Promise<Void> allStarted = Promise.promise();
    private final List<String> wrong = new CopyOnWriteArrayList<>();
    private final List<String> ended = new CopyOnWriteArrayList<>();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private PubSub pubSub;
    private Vertx vertx;

    @BeforeEach
    void start() {
        pubSub = new PubSub();
        vertx = pubSub.vertx;
    }

    @AfterEach
    void stop() {
        pubSub.close();
    }

    /** Where the subscriber is made. */
    private final class Home extends VerticleBase {

        private ContextInternal own;

        @Override
        public Future<?> start() {
            own = (ContextInternal) context;
            return TracedSubscriber.connect(
                            vertx, pubSub.settings(), pubSub.traces.openTelemetry(), SubscriberOptions.DEFAULT)
                    .compose(subscriber -> subscriber.subscribe("orders", ConcurrentHandlersTest.this::handle));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = ThreadingModel.class,
            names = {"EVENT_LOOP", "WORKER"})
    void eachHandlerSeesItsOwnTraceAtEveryStep(ThreadingModel threading) {
        Home home = new Home();
        await(vertx.deployVerticle(home, new DeploymentOptions().setThreadingModel(threading)));
        await(vertx.deployVerticle(new VerticleBase() {
            @Override
            public Future<?> start() {
                return vertx.eventBus()
                        .consumer(ECHO, message -> message.reply(message.body()))
                        .completion();
            }
        }));
        TracedPublisher publisher = pubSub.publisher();

        List<Future<?>> published = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            published.add(pubSub.traces.within(
                    "order",
                    () -> publisher.publish(
                            "orders", Span.current().getSpanContext().getTraceId())));
        }
        await(Future.all(published));

        eventually(() -> ended.size() == MESSAGES);
        assertThat(wrong).isEmpty();
        assertThat(ended).doesNotHaveDuplicates();
        assertThat(threads)
                .allMatch(thread -> thread.getName().contains("worker") == (threading == ThreadingModel.WORKER));
        eventually(() -> pubSub.traces.spans("process orders").size() == MESSAGES);
        assertThat(pubSub.traces.spans("process orders"))
                .extracting(SpanData::getTraceId)
                .doesNotHaveDuplicates();
        assertNothingIsLeft(home.own);
    }

    @Test
    void theTraceInWhichASubscriberWasMadeIsNotThatOfItsMessages() {
        SubscriberOptions propagating = SubscriberOptions.DEFAULT.withPolicies(
                ChannelPolicies.of(new ChannelPolicy("*", WireFormat.NONE, Relation.PROPAGATE)));
        Promise<SpanContext> seen = Promise.promise();
        Promise<Subscription> subscribed = Promise.promise();
        ContextInternal request =
                ((VertxInternal) vertx).createEventLoopContext().duplicate();
        request.runOnContext(v -> pubSub.traces.within("request", () -> TracedSubscriber.connect(
                        vertx, pubSub.settings(), pubSub.traces.openTelemetry(), propagating)
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

    private Future<?> handle(TracedMessage message) {
        String trace = message.body().toString();
        ContextInternal own = (ContextInternal) Vertx.currentContext();
        threads.add(Thread.currentThread());
        check("start", trace, own);
        if (started.incrementAndGet() == MESSAGES) {
            allStarted.complete();
        }
        return here(allStarted.future())
                .compose(v -> {
                    check("gate", trace, own);
                    return vertx.timer(ThreadLocalRandom.current().nextInt(1, 50));
                })
                .compose(v -> {
                    check("timer", trace, own);
                    return vertx.executeBlocking(
                            () -> {
                                check("blocking", trace, own);
                                return null;
                            },
                            false);
                })
                .compose(v -> {
                    check("after blocking", trace, own);
                    return here(elsewhere());
                })
                .compose(v -> {
                    check("after another event loop", trace, own);
                    return vertx.eventBus().request(ECHO, trace);
                })
                .compose(reply -> {
                    check("after the event bus", trace, own);
                    assertThat(reply.body()).isEqualTo(trace);
                    Promise<Void> later = Promise.promise();
                    vertx.runOnContext(v -> later.complete());
                    return later.future();
                })
                .onSuccess(v -> {
                    check("end", trace, own);
                    ended.add(trace);
                })
                .onFailure(cause -> wrong.add(cause.toString()));
    }

    /** Completed by the thread of another event loop. */
    private Future<Void> elsewhere() {
        Promise<Void> completed = Promise.promise();
        ((VertxInternal) vertx).createEventLoopContext().runOnContext(v -> completed.complete());
        return completed.future();
    }

    /** The same outcome on the Vert.x context of the caller. */
    private Future<Void> here(Future<Void> future) {
        Promise<Void> here = ((VertxInternal) vertx).promise();
        future.onComplete(here);
        return here.future();
    }

    private void check(String step, String trace, ContextInternal own) {
        String current = Span.current().getSpanContext().getTraceId();
        if (!current.equals(trace) || Vertx.currentContext() != own) {
            wrong.add(step + ": " + current + " instead of " + trace + " on " + Vertx.currentContext());
        }
    }

    private void assertNothingIsLeft(ContextInternal home) {
        Promise<Context> ofHome = Promise.promise();
        home.runOnContext(v -> ofHome.complete(Context.current()));
        assertThat(await(ofHome.future())).isSameAs(Context.root());

        Set<Thread> loops = new HashSet<>();
        ((VertxInternal) vertx).eventLoopGroup().forEach(loop -> {
            Promise<Context> ofThread = Promise.promise();
            loop.execute(() -> {
                loops.add(Thread.currentThread());
                ofThread.complete(ContextStorage.defaultStorage().current());
            });
            assertThat(await(ofThread.future())).isNull();
        });
        assertThat(loops).hasSizeGreaterThan(1);
    }
}
