package io.redistributed;

import static io.redistributed.testing.Waiting.await;
import static io.redistributed.testing.Waiting.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.spi.AppenderAttachable;
import io.opentelemetry.api.trace.Span;
import io.redistributed.pubsub.vertx.TracedMessage;
import io.redistributed.pubsub.vertx.TracedPublisher;
import io.redistributed.pubsub.vertx.TracedSubscriber;
import io.redistributed.testing.OtlpCollector;
import io.redistributed.testing.ReceivedSpan;
import io.redistributed.testing.RedisServer;
import io.redistributed.testing.Traces;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

/** Each line that is logged within a trace has its ids, 200 traces at a time, and no other line has any. */
@ExtendWith(VertxExtension.class)
class LoggedTraceTest {

    private static final int TRACES = 200;
    private static final org.slf4j.Logger log = LoggerFactory.getLogger(LoggedTraceTest.class);
    private static final RedisServer redis = RedisServer.start();
    private static final OtlpCollector collector = new OtlpCollector();
    private static final Lines startLines = new Lines();

    private static final ExecutorService threads = Executors.newFixedThreadPool(50);

    private static Service service;
    private static ApiClient client;

    private final Lines lines = new Lines();

    @BeforeAll
    static void start() {
        service = Service.start("""
                redis: { endpoints: ["%s"] }
                queue: { maxAttempts: 1 }
                tracing: { exporters: [{ type: otlp, endpoint: "%s" }] }
                verticles:
                  - { name: "java:io.redistributed.export.JaegerExporterVerticle", config: { delay: 10ms } }
                  - { name: "java:io.redistributed.LoggingGenerator", instances: 2 }
                  - { name: "java:io.redistributed.worker.WorkerVerticle" }
                  - { name: "java:io.redistributed.api.HttpVerticle", instances: 2, config: { port: PORT } }
                """.formatted(redis.url(), collector.endpoint()));
        client = service.client();
        startLines.close();
    }

    @AfterAll
    static void stop() {
        threads.shutdown();
        service.close();
        collector.close();
        redis.close();
    }

    @BeforeEach
    void logMore() {
        worker().setLevel(Level.DEBUG);
    }

    @AfterEach
    void closeLines() {
        worker().setLevel(null);
        lines.close();
    }

    /** The line logged for a request after Redis has answered: the record is damaged. */
    @Test
    void requestHandlerLogsRequestIds() {
        IntStream.range(0, TRACES).forEach(i -> redis.cli("SET", "{rd:0}:report:0-" + i, "broken"));

        Map<String, HttpResponse<String>> responses = inParallel(i -> client.get("/reports/0-" + i)).stream()
                .collect(Collectors.toMap(response -> response.uri().getPath(), response -> response));

        assertThat(responses).hasSize(TRACES).allSatisfy((path, response) -> assertThat(response.statusCode())
                .isEqualTo(500));
        String prefix = "Skipped a damaged entry in Redis: {rd:0}:report:";
        // No more than these within a minute.
        List<ILoggingEvent> logged = lines.containing(prefix);
        assertThat(logged).hasSize(50);
        for (ILoggingEvent line : logged) {
            String id = line.getFormattedMessage().substring(prefix.length()).replaceFirst(":.*", "");
            String traceId = responses
                    .get("/reports/" + id)
                    .headers()
                    .firstValue("x-trace-id")
                    .orElseThrow();
            Map<String, String> ids = line.getMDCPropertyMap();
            // Sampled, and a random id, as that of a trace that starts here.
            assertThat(ids).containsEntry("trace_id", traceId).containsEntry("trace_flags", "03");
            assertThat(ids)
                    .containsEntry(
                            "span_id", exported(traceId, "GET /reports/{id}").spanId());
        }
    }

    @Test
    void generatorLogsItsSpanIdsOnEachThread() {
        List<JsonObject> reports = inParallel(i -> client.ended(client.submit("/reports?type=logging", "")));

        for (JsonObject report : reports) {
            String id = report.getString("id");
            String spanId =
                    exported(report.getString("traceId"), "generate logging").spanId();
            for (String line : List.of(
                    "Event loop " + id + ' ' + spanId,
                    "Worker thread " + id + ' ' + spanId,
                    "Event loop again " + id + ' ' + spanId,
                    "Attempt 1 of report " + id
                            + ": generator 'logging' failed unexpectedly: java.lang.IllegalStateException: as always")) {
                assertThat(lines.only(line))
                        .containsEntry("trace_id", report.getString("traceId"))
                        .containsEntry("span_id", spanId);
            }
        }
    }

    @Test
    void workerLogsMessageIds(Vertx vertx) {
        Object channels = redis.cli("PUBSUB", "CHANNELS", "{rd:0}:worker:*");
        String channel = ((List<?>) channels)
                .stream()
                        .map(String::valueOf)
                        .filter(name -> !name.endsWith(":control"))
                        .findFirst()
                        .orElseThrow();
        try (Traces traces = new Traces()) {
            TracedPublisher publisher = await(TracedPublisher.connect(vertx, redis.url(), traces.openTelemetry()));
            List<String> published = inParallel(i -> traces.within("nonsense", () -> {
                String traceId = Span.current().getSpanContext().getTraceId();
                await(publisher.publish(channel, "t" + traceId));
                return traceId;
            }));

            for (String traceId : published) {
                eventually(() -> lines.containing(traceId).size() == 1);
                Map<String, String> ids = lines.containing(traceId).get(0).getMDCPropertyMap();
                assertThat(ids).containsEntry("trace_id", traceId);
                assertThat(ids)
                        .containsEntry(
                                "span_id", exported(traceId, "process reports").spanId());
            }
        }
    }

    @Test
    void messageHandlerLogsMessageIdsAtEachStep(Vertx vertx) {
        AtomicInteger arrived = new AtomicInteger();
        Promise<Void> allAreThere = Promise.promise();
        try (Traces traces = new Traces()) {
            TracedSubscriber subscriber = await(TracedSubscriber.connect(vertx, redis.url(), traces.openTelemetry()));
            await(subscriber.subscribe("orders", message -> {
                if (arrived.incrementAndGet() == TRACES) {
                    allAreThere.complete();
                }
                return handle(vertx, message, allAreThere.future());
            }));
            TracedPublisher publisher = await(TracedPublisher.connect(vertx, redis.url(), traces.openTelemetry()));

            List<String> published = inParallel(i -> traces.within("order", () -> {
                String traceId = Span.current().getSpanContext().getTraceId();
                await(publisher.publish("orders", traceId));
                return traceId;
            }));

            eventually(() -> traces.spans("process orders").size() == TRACES);
            for (String traceId : published) {
                String spanId = traces.spans("process orders").stream()
                        .filter(span -> span.getTraceId().equals(traceId))
                        .findFirst()
                        .orElseThrow()
                        .getSpanId();
                for (String step : List.of("Taken", "Timer", "Blocking", "Done")) {
                    assertThat(lines.only(step + ' ' + traceId))
                            .containsEntry("trace_id", traceId)
                            .containsEntry("span_id", spanId);
                }
            }
            assertThat(lines.containing("Handler of orders failed"))
                    .hasSize(TRACES)
                    .extracting(line -> line.getMDCPropertyMap().get("trace_id"))
                    .containsExactlyInAnyOrderElementsOf(published);

            vertx.runOnContext(v -> log.info("On an event loop"));
            eventually(() -> !lines.containing("On an event loop").isEmpty());
            assertThat(lines.only("On an event loop")).isEmpty();
        }
    }

    @Test
    void linesWithoutTraceHaveNoIds() {
        log.info("On a thread");

        assertThat(lines.only("On a thread")).isEmpty();
        assertThat(startLines.containing("The API is at")).isNotEmpty();
        assertThat(startLines.containing("started with 16 slots")).isNotEmpty();
        assertThat(startLines.containing("")).isNotEmpty().allSatisfy(line -> assertThat(line.getMDCPropertyMap())
                .isEmpty());
    }

    private static Future<?> handle(Vertx vertx, TracedMessage message, Future<Void> allAreThere) {
        String traceId = message.body().toString();
        log.info("Taken {}", traceId);
        return vertx.timer(1)
                .compose(fired -> {
                    log.info("Timer {}", traceId);
                    return vertx.executeBlocking(
                            () -> {
                                log.info("Blocking {}", traceId);
                                return null;
                            },
                            false);
                })
                .compose(done -> Future.join(allAreThere, vertx.timer(1)))
                .compose(v -> vertx.timer(1))
                .compose(fired -> {
                    log.info("Done {}", traceId);
                    return Future.failedFuture("to be logged");
                });
    }

    private static <T> List<T> inParallel(IntFunction<T> action) {
        return IntStream.range(0, TRACES)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> action.apply(i), threads))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();
    }

    private static ReceivedSpan exported(String traceId, String name) {
        List<ReceivedSpan> found = new CopyOnWriteArrayList<>();
        eventually(() -> {
            found.clear();
            collector.spans().stream()
                    .filter(span ->
                            span.traceId().equals(traceId) && span.name().equals(name))
                    .forEach(found::add);
            return !found.isEmpty();
        });
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    private static Logger worker() {
        return (Logger) LoggerFactory.getLogger("io.redistributed.worker");
    }

    /** What goes to the console as {@code logback.xml} sets it up, instead of going there: it is thousands of lines. */
    private static final class Lines extends AppenderBase<ILoggingEvent> {

        private final AppenderAttachable<ILoggingEvent> traced;
        private final Appender<ILoggingEvent> console;
        private final List<ILoggingEvent> lines = new CopyOnWriteArrayList<>();

        @SuppressWarnings("unchecked") // of a generic interface, by its name
        Lines() {
            Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
            Appender<ILoggingEvent> appender = root.getAppender("traced");
            traced = (AppenderAttachable<ILoggingEvent>) appender;
            setContext(root.getLoggerContext());
            start();
            traced.addAppender(this);
            console = traced.getAppender("console");
            traced.detachAppender(console);
        }

        @Override
        protected void append(ILoggingEvent line) {
            lines.add(line);
        }

        List<ILoggingEvent> containing(String text) {
            return lines.stream()
                    .filter(line -> line.getFormattedMessage().contains(text))
                    .toList();
        }

        /** The ids of the one line with this text. */
        Map<String, String> only(String text) {
            List<ILoggingEvent> found = lines.stream()
                    .filter(line -> line.getFormattedMessage().equals(text))
                    .toList();
            assertThat(found).as(text).hasSize(1);
            return found.get(0).getMDCPropertyMap();
        }

        void close() {
            traced.addAppender(console);
            traced.detachAppender(this);
        }
    }
}
