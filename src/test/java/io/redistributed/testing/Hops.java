package io.redistributed.testing;

import static io.redistributed.testing.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextStorage;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Sends many concurrent traces over timers, worker threads, other event loops, HTTP and the event bus, whose receivers
 * must be in the same trace. Checks at each step that trace and Vert.x context are unchanged.
 */
public final class Hops {

    private static final String ECHO = "echo";

    private final Vertx vertx;
    private final int together;
    private final HttpClient client;
    private final HttpServer server;
    private final AtomicInteger started = new AtomicInteger();
    private final Promise<Void> allStarted = Promise.promise();
    private final List<String> wrong = new CopyOnWriteArrayList<>();
    private final List<String> ended = new CopyOnWriteArrayList<>();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    /**
     * @param vertx with a tracer
     * @param together number that must have started before any continues
     */
    public Hops(Vertx vertx, int together) {
        this.vertx = vertx;
        this.together = together;
        this.client = vertx.createHttpClient();
        this.server = vertx.createHttpServer()
                .requestHandler(request -> request.response().end(currentTrace()));
        await(server.listen(0, "127.0.0.1"));
        await(vertx.deployVerticle(new VerticleBase() {
            @Override
            public Future<?> start() {
                return vertx.eventBus()
                        .consumer(ECHO, message -> message.reply(currentTrace()))
                        .completion();
            }
        }));
    }

    /** To be called on the Vert.x context on which the trace is current. */
    public Future<Void> go(String trace) {
        ContextInternal own = (ContextInternal) Vertx.currentContext();
        threads.add(Thread.currentThread());
        check("start", trace, own);
        if (started.incrementAndGet() == together) {
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
                    return vertx.eventBus().<String>request(ECHO, "");
                })
                .compose(reply -> {
                    check("after the event bus", trace, own);
                    assertThat(reply.body()).isEqualTo(trace);
                    return client.request(HttpMethod.GET, server.actualPort(), "127.0.0.1", "/");
                })
                .compose(request -> request.send().compose(HttpClientResponse::body))
                .compose((Buffer body) -> {
                    check("after HTTP", trace, own);
                    assertThat(body).hasToString(trace);
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

    /** The traces that have come to the end of their way. */
    public List<String> ended() {
        return ended;
    }

    /** What went wrong: empty unless traces were mixed up. */
    public List<String> wrong() {
        return wrong;
    }

    /** Where they started. */
    public Set<Thread> threads() {
        return threads;
    }

    /** Looks on the given context, and on each thread of Vert.x. */
    public void assertNothingIsLeft(ContextInternal home) {
        assertThat(await(on(home, Context::current))).isSameAs(Context.root());

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

        assertThat(workers()).hasSize(VertxOptions.DEFAULT_WORKER_POOL_SIZE);
    }

    /** All of them, as each waits for the others; on each, nothing is current. */
    private Set<Thread> workers() {
        CyclicBarrier all = new CyclicBarrier(VertxOptions.DEFAULT_WORKER_POOL_SIZE);
        Set<Thread> workers = ConcurrentHashMap.newKeySet();
        ContextInternal fresh = ((VertxInternal) vertx).createEventLoopContext();
        List<Future<?>> looked = new ArrayList<>();
        for (int i = 0; i < VertxOptions.DEFAULT_WORKER_POOL_SIZE; i++) {
            looked.add(fresh.executeBlocking(
                    () -> {
                        workers.add(Thread.currentThread());
                        assertThat(Context.current()).isSameAs(Context.root());
                        assertThat(ContextStorage.defaultStorage().current()).isNull();
                        return all.await(20, TimeUnit.SECONDS);
                    },
                    false));
        }
        await(Future.all(looked));
        return workers;
    }

    private static <T> Future<T> on(ContextInternal context, Supplier<T> action) {
        Promise<T> outcome = Promise.promise();
        context.runOnContext(v -> outcome.complete(action.get()));
        return outcome.future();
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
        String current = currentTrace();
        if (!current.equals(trace) || Vertx.currentContext() != own) {
            wrong.add(step + ": " + current + " instead of " + trace + " on " + Vertx.currentContext());
        }
    }

    private static String currentTrace() {
        return Span.current().getSpanContext().getTraceId();
    }
}
