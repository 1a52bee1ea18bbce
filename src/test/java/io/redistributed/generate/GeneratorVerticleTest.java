package io.redistributed.generate;

import static io.redistributed.generate.GeneratorFixture.failure;
import static io.redistributed.testing.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import de.siegmar.fastcsv.reader.CsvParseException;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.redistributed.telemetry.Telemetry;
import io.redistributed.testing.Waiting;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GeneratorVerticleTest {

    private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");
    private static final GeneratedContent CONTENT = new GeneratedContent(Buffer.buffer("content"), "text/plain");

    private final GeneratorFixture fixture = new GeneratorFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void rejectsInvalidMediaType() {
        for (String type : new String[] {"", "text/plain\n", "text/plain\r\nset-cookie: a=b", "text/\u00fc"}) {
            assertThatThrownBy(() -> new GeneratedContent(Buffer.buffer(), type))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("contentType:");
        }
    }

    @Test
    void passesRequestAndContentByReference() {
        List<GenerateRequest> received = new ArrayList<>();
        deploy(request -> {
            received.add(request);
            return Future.succeededFuture(CONTENT);
        });
        GenerateRequest request = fixture.request(new JsonObject(), Buffer.buffer("input"), Context.root());

        GeneratedContent content = await(ask(request));

        assertThat(content).isSameAs(CONTENT);
        assertThat(received).singleElement().isSameAs(request);
    }

    @Test
    void generationIsInternalSpanOfRequest() {
        deploy(request -> Future.succeededFuture(CONTENT));
        Span parent = fixture.telemetry.getTracer("test").spanBuilder("process").startSpan();
        Context context = Context.root().with(parent);

        // On a Vert.x context with a current span, where the event bus would create spans.
        GenerateRequest request = fixture.request(new JsonObject(), Buffer.buffer(), context);
        Promise<GeneratedContent> asked = Promise.promise();
        fixture.vertx.runOnContext(
                v -> context.wrapSupplier(() -> ask(request)).get().onComplete(asked));
        await(asked.future());

        assertThat(fixture.spans()).singleElement().satisfies(span -> {
            assertThat(span.getName()).isEqualTo("generate test");
            assertThat(span.getKind()).isEqualTo(SpanKind.INTERNAL);
            assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
            assertThat(span.getTraceId()).isEqualTo(parent.getSpanContext().getTraceId());
            assertThat(span.getParentSpanId()).isEqualTo(parent.getSpanContext().getSpanId());
        });
        assertThat(fixture.services).containsOnly(Telemetry.REPORT_GENERATOR);
    }

    @Test
    void invalidInputIsNotRetryable() {
        deploy(request -> Future.failedFuture(GenerationException.invalidInput("line 3: broken")));

        assertThat(failure(ask())).hasMessage("line 3: broken").returns(false, GenerationException::isRetryable);
        SpanData span = fixture.spans().get(0);
        assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(span.getStatus().getDescription()).isEqualTo("line 3: broken");
        assertThat(span.getAttributes().get(ERROR_TYPE)).isEqualTo("invalid_input");
        assertThat(span.getEvents()).isEmpty();
    }

    @Test
    void retryableFailureIsRetryable() {
        deploy(request -> {
            throw GenerationException.retryable("try later", null);
        });

        assertThat(failure(ask())).hasMessage("try later").returns(true, GenerationException::isRetryable);
        SpanData span = fixture.spans().get(0);
        assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(span.getAttributes().get(ERROR_TYPE)).isEqualTo("retryable");
        assertThat(span.getEvents()).isEmpty();
    }

    @Test
    void unexpectedFailureIsRetryableAndOnSpan() {
        deploy(request -> {
            throw new IllegalStateException();
        });

        assertThat(failure(ask()))
                .hasMessage("generator 'test' failed unexpectedly: java.lang.IllegalStateException")
                .returns(true, GenerationException::isRetryable);
        SpanData span = fixture.spans().get(0);
        assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(span.getAttributes().get(ERROR_TYPE)).isEqualTo("java.lang.IllegalStateException");
        assertThat(span.getEvents()).singleElement().satisfies(event -> assertThat(event.getName())
                .isEqualTo("exception"));
    }

    @Test
    void exhaustedMemoryIsCrash() {
        assertCrash(
                () -> {
                    throw new CsvParseException("in line 3", new OutOfMemoryError("Java heap space"));
                },
                "java.lang.OutOfMemoryError: Java heap space");
    }

    @Test
    void exhaustedStackIsCrash() {
        assertCrash(GeneratorVerticleTest::endless, "java.lang.StackOverflowError");
    }

    private static GeneratedContent endless() {
        return endless();
    }

    private void assertCrash(Callable<GeneratedContent> work, String cause) {
        fixture.deploy(() -> new TestGenerator(request -> null) {
            @Override
            protected Future<GeneratedContent> generate(GenerateRequest request) {
                return compute(work);
            }
        });

        assertThat(failure(ask()))
                .hasMessage("generator 'test' crashed: " + cause)
                .returns(true, GenerationException::isCrash)
                .returns(false, GenerationException::isRetryable);
        SpanData span = fixture.spans().get(0);
        assertThat(span.getAttributes().get(ERROR_TYPE)).isEqualTo(cause.split(":")[0]);
        assertThat(span.getEvents()).singleElement().satisfies(event -> assertThat(event.getName())
                .isEqualTo("exception"));
    }

    @Test
    void noFutureAndNoContentAreUnexpectedFailures() {
        deploy(request -> request.parameters().isEmpty() ? null : Future.succeededFuture(null));

        GenerateRequest other = fixture.request(new JsonObject().put("a", 1), Buffer.buffer(), Context.root());

        assertThat(failure(ask()))
                .hasMessageEndingWith("generate() returned no future")
                .returns(true, GenerationException::isRetryable);
        assertThat(failure(ask(other)))
                .hasMessageEndingWith("generate() completed without content")
                .returns(true, GenerationException::isRetryable);
    }

    @Test
    void missingGeneratorIsNotRetryable() {
        fixture.deploy(SimulatedGenerator::new);
        fixture.deploy(SummaryGenerator::new);

        assertThat(failure(ask()))
                .hasMessage("no generator for report type 'test' is deployed in this process; "
                        + "deployed: simulated, summary")
                .returns(false, GenerationException::isRetryable);
    }

    @Test
    void timeoutIsRetryable() {
        Promise<GeneratedContent> work = Promise.promise();
        deploy(request -> work.future());
        GenerateRequest request = fixture.request(new JsonObject(), Buffer.buffer(), Context.root());

        Future<GeneratedContent> asked = fixture.ask("test", request, Duration.ofMillis(20));

        assertThat(failure(asked))
                .hasMessageStartingWith("generator 'test' timed out after 20 ms")
                .returns(true, GenerationException::isRetryable);
        work.complete(CONTENT);
    }

    @Test
    void concurrentGenerationsKeepTheirSpans() {
        fixture.deploy(() -> new SpanKeeper(), new DeploymentOptions().setInstances(2));

        List<Future<GeneratedContent>> asked = new ArrayList<>();
        List<String> parents = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            Span parent = fixture.telemetry.getTracer("test").spanBuilder("p").startSpan();
            parents.add(parent.getSpanContext().getSpanId());
            asked.add(ask(fixture.request(
                    new JsonObject().put("i", i),
                    Buffer.buffer(),
                    Context.root().with(parent))));
        }
        List<String> seen =
                asked.stream().map(content -> await(content).body().toString()).toList();

        List<SpanData> generations = fixture.spans();
        assertThat(generations).hasSize(200);
        for (int i = 0; i < 200; i++) {
            String parent = parents.get(i);
            SpanData own = generations.stream()
                    .filter(span -> span.getParentSpanId().equals(parent))
                    .findFirst()
                    .orElseThrow();
            assertThat(seen.get(i).split(" ")).hasSize(7).containsOnly(own.getSpanId());
        }
    }

    /** Answers with the span ids it saw: at first, on worker threads, after them, in a timer. */
    private static final class SpanKeeper extends TestGenerator {

        SpanKeeper() {
            super(request -> null);
        }

        @Override
        protected Future<GeneratedContent> generate(GenerateRequest request) {
            String first = current();
            Future<String> one = compute(SpanKeeper::currentDuringWork);
            Future<String> other = compute(SpanKeeper::currentDuringWork);
            return Future.all(one, other)
                    .compose(both -> {
                        String after = current();
                        return vertx.timer(1 + request.parameters().getInteger("i") % 7, TimeUnit.MILLISECONDS)
                                .map(fired -> String.join(" ", first, one.result(), other.result(), after, current()));
                    })
                    .map(ids -> new GeneratedContent(Buffer.buffer(ids), "text/plain"));
        }

        private static String currentDuringWork() {
            assertThat(Thread.currentThread().getName()).startsWith("generate-test-");
            String before = current();
            // A separate span, which the other task of this generation must not see.
            Context.current().with(Span.getInvalid()).wrap(Thread::yield).run();
            return before + " " + current();
        }

        private static String current() {
            return Span.current().getSpanContext().getSpanId();
        }
    }

    @Test
    void instancesTakeTurns() {
        Set<Object> instances = ConcurrentHashMap.newKeySet();
        fixture.deploy(
                () -> new TestGenerator(request -> null) {
                    @Override
                    protected Future<GeneratedContent> generate(GenerateRequest request) {
                        instances.add(this);
                        return Future.succeededFuture(CONTENT);
                    }
                },
                new DeploymentOptions().setInstances(3));

        IntStream.range(0, 3).forEach(i -> await(ask()));

        assertThat(instances).hasSize(3);
    }

    @Test
    void typeIsDeployedUntilLastInstanceStops() {
        String first = deploy(request -> Future.succeededFuture(CONTENT));
        String second = deploy(request -> Future.succeededFuture(CONTENT));
        assertThat(Generators.deployed(fixture.vertx)).containsOnlyKeys("test");

        await(fixture.vertx.undeploy(first));
        assertThat(Generators.deployed(fixture.vertx)).containsOnlyKeys("test");
        assertThat(await(ask())).isSameAs(CONTENT);

        await(fixture.vertx.undeploy(second));
        assertThat(Generators.deployed(fixture.vertx)).isEmpty();
    }

    @Test
    void undeployWaitsForRunningGenerations() throws InterruptedException {
        Promise<GeneratedContent> work = Promise.promise();
        var started = new CountDownLatch(1);
        String deployment = deploy(request -> {
            started.countDown();
            return work.future();
        });
        Future<GeneratedContent> asked = ask();
        assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();

        Future<Void> undeployed = fixture.vertx.undeploy(deployment);
        assertThat(failure(askUntilGone())).hasMessageStartingWith("no generator");
        assertThat(undeployed.isComplete()).isFalse();

        work.complete(CONTENT);
        assertThat(await(asked)).isSameAs(CONTENT);
        await(undeployed);
    }

    private Future<GeneratedContent> askUntilGone() {
        return Generators.deployed(fixture.vertx).isEmpty()
                ? Future.failedFuture(GenerationException.invalidInput("no generator"))
                : fixture.vertx.timer(1, TimeUnit.MILLISECONDS).compose(later -> askUntilGone());
    }

    @Test
    void stoppedGeneratorRejectsWork() {
        TestGenerator generator = new TestGenerator(request -> Future.succeededFuture(CONTENT));
        await(fixture.vertx.undeploy(fixture.deploy(() -> generator)));

        assertThat(failure(generator.compute(() -> CONTENT)))
                .hasMessage("generator 'test' was stopped")
                .returns(true, GenerationException::isRetryable);
    }

    @Test
    void poolHasConfiguredThreads() {
        Set<String> threads = ConcurrentHashMap.newKeySet();
        var both = new CyclicBarrier(3);
        fixture.deploy(
                () -> new TestGenerator(request -> null) {
                    @Override
                    protected Future<GeneratedContent> generate(GenerateRequest request) {
                        return compute(() -> {
                            threads.add(Thread.currentThread().getName());
                            both.await(30, TimeUnit.SECONDS);
                            return CONTENT;
                        });
                    }
                },
                new DeploymentOptions().setConfig(new JsonObject().put("threads", 3)));

        IntStream.range(0, 6).mapToObj(i -> ask()).collect(Collectors.toList()).forEach(Waiting::await);

        assertThat(threads).hasSize(3);
    }

    @Test
    void timeoutCountsFromStartOnThread() {
        var held = new CountDownLatch(1);
        Queue<String> ran = deployOnOneThread(held);
        Future<GeneratedContent> first = ask();
        Waiting.eventually(() -> ran.contains("first"));

        Future<GeneratedContent> second = fixture.ask("test", request("second"), Duration.ofMillis(500));
        // Times out after the second one has waited for longer than its timeout.
        assertThat(failure(fixture.ask("test", request("no task"), Duration.ofMillis(500))))
                .hasMessage("generator 'test' timed out after 500 ms");
        held.countDown();

        assertThat(await(first)).isSameAs(CONTENT);
        assertThat(await(second)).isSameAs(CONTENT);
        assertThat(ran).containsExactly("first", "second");
    }

    @Test
    void reportThatEndsWhileItWaitsDoesNotRun() {
        var held = new CountDownLatch(1);
        Queue<String> ran = deployOnOneThread(held);
        Future<GeneratedContent> first = ask();
        Waiting.eventually(() -> ran.contains("first"));
        Promise<Void> cancelled = Promise.promise();
        Future<GeneratedContent> second = ask(request("second", cancelled.future()));
        Future<GeneratedContent> third = ask(request("third"));

        cancelled.complete();
        held.countDown();

        assertThat(failure(second)).hasMessage("generator 'test' was cancelled");
        assertThat(await(first)).isSameAs(CONTENT);
        assertThat(await(third)).isSameAs(CONTENT);
        assertThat(ran).containsExactly("first", "third");
    }

    @Test
    void reportWithoutThreadIsHandedBack() {
        var held = new CountDownLatch(1);
        Queue<String> ran = deployOnOneThread(held);
        Future<GeneratedContent> first = ask();
        Waiting.eventually(() -> ran.contains("first"));

        Generation second = Generators.ask(
                fixture.vertx, "test", request("second"), Duration.ofMillis(500), Duration.ofMillis(600));
        Waiting.eventually(second::isWaiting);

        assertThat(failure(second.content()))
                .hasMessage("generator 'test' had no free thread for 600 ms")
                .returns(true, GenerationException::isHandedBack);
        Future<GeneratedContent> third = ask(request("third"));
        held.countDown();
        assertThat(await(first)).isSameAs(CONTENT);
        assertThat(await(third)).isSameAs(CONTENT);
        assertThat(ran).containsExactly("first", "third");
    }

    /** Returns the names of the requests that ran. The first blocks the thread; one that is called so has no task, and no end. */
    private Queue<String> deployOnOneThread(CountDownLatch held) {
        Queue<String> ran = new ConcurrentLinkedQueue<>();
        fixture.deploy(
                () -> new TestGenerator(request -> null) {
                    @Override
                    protected Future<GeneratedContent> generate(GenerateRequest request) {
                        String name = request.parameters().getString("name", "first");
                        if (name.equals("no task")) {
                            return Promise.<GeneratedContent>promise().future();
                        }
                        return compute(() -> {
                            ran.add(name);
                            held.await(30, TimeUnit.SECONDS);
                            return CONTENT;
                        });
                    }
                },
                new DeploymentOptions().setConfig(new JsonObject().put("threads", 1)));
        return ran;
    }

    private static GenerateRequest request(String name) {
        return request(name, Promise.<Void>promise().future());
    }

    private static GenerateRequest request(String name, Future<Void> cancelled) {
        return new GenerateRequest(
                name,
                1,
                new JsonObject().put("name", name),
                Buffer.buffer(),
                null,
                Context.root(),
                done -> {},
                cancelled);
    }

    @Test
    void rejectsPoolWithoutThreads() {
        DeploymentOptions options = new DeploymentOptions().setConfig(new JsonObject().put("threads", 0));

        assertThatThrownBy(() -> fixture.deploy(SummaryGenerator::new, options))
                .hasStackTraceContaining("threads: 0 is not a whole number from 1 to 1000");
    }

    private String deploy(Generating generation) {
        return fixture.deploy(() -> new TestGenerator(generation));
    }

    private Future<GeneratedContent> ask() {
        return ask(fixture.request(new JsonObject(), Buffer.buffer(), Context.root()));
    }

    private Future<GeneratedContent> ask(GenerateRequest request) {
        return fixture.ask("test", request, Duration.ofSeconds(60));
    }

    private interface Generating {
        Future<GeneratedContent> of(GenerateRequest request) throws Exception;
    }

    private static class TestGenerator extends GeneratorVerticle {

        private final Generating generation;

        TestGenerator(Generating generation) {
            this.generation = generation;
        }

        @Override
        protected String type() {
            return "test";
        }

        @Override
        protected JsonObject description() {
            return new JsonObject().put("title", "Test").put("parameters", new JsonObject().put("type", "object"));
        }

        @Override
        protected Future<GeneratedContent> generate(GenerateRequest request) throws Exception {
            return generation.of(request);
        }
    }
}
