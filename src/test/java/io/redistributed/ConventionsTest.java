package io.redistributed;

import static io.opentelemetry.api.trace.SpanKind.CLIENT;
import static io.opentelemetry.api.trace.SpanKind.CONSUMER;
import static io.opentelemetry.api.trace.SpanKind.INTERNAL;
import static io.opentelemetry.api.trace.SpanKind.PRODUCER;
import static io.opentelemetry.api.trace.SpanKind.SERVER;
import static io.redistributed.Golden.assertMetric;
import static io.redistributed.Golden.assertSpan;
import static io.redistributed.testing.Waiting.await;
import static io.redistributed.testing.Waiting.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.redistributed.api.HttpVerticle;
import io.redistributed.context.WireFormat;
import io.redistributed.export.MetricsPage;
import io.redistributed.export.SpanPipeline;
import io.redistributed.export.SpanQueue;
import io.redistributed.export.store.TraceStore;
import io.redistributed.generate.SimulatedGenerator;
import io.redistributed.generate.SummaryGenerator;
import io.redistributed.pubsub.ChannelPolicies;
import io.redistributed.pubsub.ChannelPolicy;
import io.redistributed.pubsub.RedisPubSubTelemetry;
import io.redistributed.pubsub.Relation;
import io.redistributed.pubsub.vertx.SubscriberOptions;
import io.redistributed.pubsub.vertx.TracedPublisher;
import io.redistributed.pubsub.vertx.TracedSubscriber;
import io.redistributed.redis.RedisCommands;
import io.redistributed.redis.RedisSettings;
import io.redistributed.settings.Settings;
import io.redistributed.telemetry.ServiceTracerFactory;
import io.redistributed.telemetry.Telemetry;
import io.redistributed.testing.Ports;
import io.redistributed.testing.RedisServer;
import io.redistributed.testing.Traces;
import io.redistributed.worker.WorkerVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.tracing.TracingPolicy;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.tracing.opentelemetry.VertxContextStorageProvider.VertxContextStorage;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each kind of span and each metric, to the last attribute, against OpenTelemetry's semantic conventions of 2025: an
 * attribute more or less fails.
 */
class ConventionsTest {

    private static final Traces traces = new Traces();
    private static final CountDownLatch hanging = new CountDownLatch(1);

    private static RedisServer redis;
    private static Vertx vertx;
    private static ApiClient client;
    private static Map<HttpVersion, Integer> ports;
    private static Map<HttpVersion, HttpClientAgent> clients;
    private static HttpServer statuses;

    // Traces.
    private static String report;
    private static String failing;
    private static String broken;
    private static String calls;
    private static String orders;
    private static String commands;

    /** Everything is made to happen once, then looked at. */
    @BeforeAll
    static void start() throws Exception {
        redis = RedisServer.start();
        vertx = Vertx.builder()
                .withTracer(new ServiceTracerFactory(
                        new Telemetry(service -> traces.openTelemetry()), HttpVerticle::isTraced))
                .build();
        new Telemetry(service -> traces.openTelemetry()).install(vertx);
        new SpanPipeline(new SpanQueue(SpanQueue.DEFAULT_CAPACITY), new TraceStore()).install(vertx);
        new MetricsPage().install(vertx);
        ports = Map.of(HttpVersion.HTTP_1_1, Ports.free(), HttpVersion.HTTP_2, Ports.free());
        clients = Map.of(
                HttpVersion.HTTP_1_1, vertx.createHttpClient(),
                HttpVersion.HTTP_2,
                        vertx.createHttpClient(new HttpClientOptions()
                                .setProtocolVersion(HttpVersion.HTTP_2)
                                .setHttp2ClearTextUpgrade(false)));
        deployService();
        client = new ApiClient(ports.get(HttpVersion.HTTP_1_1));
        statuses = await(vertx.createHttpServer(new HttpServerOptions().setTracingPolicy(TracingPolicy.ALWAYS))
                .requestHandler(request -> {
                    if (request.path().equals("/hang")) {
                        hanging.countDown();
                    } else {
                        request.response()
                                .setStatusCode(Integer.parseInt(request.path().substring(1)))
                                .end();
                    }
                })
                .listen(0, "127.0.0.1"));
        useTheService();
        orders = within(ConventionsTest::publishOrders);
        commands = within(ConventionsTest::sendCommands);
        calls = within(ConventionsTest::callOthers);
        new ApiClient(statuses.actualPort()).get("/500");
        askInAnUnknownVersion();
        hangUp();
    }

    @AfterAll
    static void stop() {
        await(vertx.close());
        redis.close();
        traces.close();
    }

    private static void deployService() {
        JsonObject node = new JsonObject()
                .put("redis", new JsonObject().put("endpoints", JsonArray.of(redis.url())))
                .put("queue", new JsonObject().put("maxAttempts", 2).put("backoff", "1ms"));
        DeploymentOptions options = new DeploymentOptions().setConfig(new JsonObject().put(Settings.NODE, node));
        await(vertx.deployVerticle(new SummaryGenerator()));
        await(vertx.deployVerticle(new SimulatedGenerator()));
        await(vertx.deployVerticle(new WorkerVerticle(), options));
        ports.forEach((version, port) -> await(vertx.deployVerticle(
                new HttpVerticle(),
                new DeploymentOptions()
                        .setConfig(new JsonObject()
                                .put(Settings.NODE, node)
                                .put("port", port)
                                .put("http2", version == HttpVersion.HTTP_2)))));
    }

    private static void useTheService() {
        report = reportOf(client.post("/reports?type=summary", "a,b\n1,2\n"));
        failing = reportOf(client.post("/reports?type=simulated&failureRate=1", ""));
        broken = reportOf(client.post("/reports?type=summary", "a,b\n\"broken"));
        String channel = (String) ((List<?>) redis.cli("PUBSUB", "CHANNELS", "{rd:0}:worker:*")).get(0);
        redis.cli("PUBLISH", channel, "not a report");
    }

    private static Future<?> publishOrders() {
        RedisPubSubTelemetry envelope = RedisPubSubTelemetry.builder(traces.openTelemetry())
                .setPolicies(ChannelPolicies.of(new ChannelPolicy("*", WireFormat.ENVELOPE, Relation.BOTH)))
                .build();
        RedisSettings server = RedisSettings.of(redis.url());
        redis.cli("ACL", "SETUSER", "mute", "on", "nopass", "+@all", "~*", "resetchannels");
        RedisSettings mute = RedisSettings.of(redis.url().replace("//", "//mute:x@"));
        return TracedSubscriber.connect(vertx, server, envelope, SubscriberOptions.DEFAULT)
                .compose(subscriber -> subscriber.subscribe(
                        "orders",
                        message -> message.body().length() == 0
                                ? Future.failedFuture(new IllegalArgumentException("empty"))
                                : Future.succeededFuture()))
                .compose(subscribed -> TracedPublisher.connect(vertx, server, envelope))
                .compose(publisher -> publisher
                        .publish("orders", "one cup")
                        .compose(receivers -> publisher.publish("orders", Buffer.buffer())))
                .compose(sent -> RedisCommands.connect(vertx, server, OpenTelemetry.noop()))
                .compose(raw -> raw.publish("orders", Buffer.buffer(new byte[] {(byte) 0xF7, 'R', 'D', 1})))
                .compose(sent -> TracedPublisher.connect(vertx, mute, envelope))
                .compose(publisher -> publisher.publish("invoices", "x"))
                .otherwiseEmpty();
    }

    private static Future<?> sendCommands() {
        return RedisCommands.connect(vertx, RedisSettings.of(redis.url() + "/3"), traces.openTelemetry())
                .compose(connected -> connected
                        .send(Request.cmd(Command.SET).arg("text").arg("value"))
                        .compose(set -> connected.send(
                                Request.cmd(Command.LPUSH).arg("text").arg("x"))))
                .otherwiseEmpty();
    }

    private static Future<?> callOthers() {
        vertx.eventBus().consumer("echo", message -> message.reply(message.body()));
        vertx.eventBus().consumer("news", message -> {});
        return call(HttpVersion.HTTP_1_1, 200)
                .compose(ok -> call(HttpVersion.HTTP_1_1, 404))
                .compose(missed -> vertx.eventBus().request("echo", "x"))
                .compose(reply -> {
                    vertx.eventBus().publish("news", "x");
                    return vertx.eventBus().request("nobody", "x");
                })
                .otherwiseEmpty();
    }

    private static Future<?> call(HttpVersion version, int status) {
        return clients.get(version)
                .request(HttpMethod.GET, statuses.actualPort(), "127.0.0.1", "/" + status + "?sig=abc")
                .compose(request -> request.send().compose(HttpClientResponse::end));
    }

    private static void askInAnUnknownVersion() throws IOException {
        try (RawConnection connection = new RawConnection(statuses.actualPort())) {
            connection.request("GET /200 HTTP/1.7\nHost: example.com", "");
        }
    }

    private static void hangUp() throws IOException, InterruptedException {
        try (RawConnection connection = new RawConnection(statuses.actualPort())) {
            connection.send("GET /hang HTTP/1.0\r\n\r\n");
            assertThat(hanging.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
    void server(HttpVersion version) {
        String trace = traceOf(ask(version, HttpMethod.POST, "/reports?type=summary"));
        assertSpan(span(trace, SERVER, "POST /reports"), """
                SERVER POST /reports UNSET
                client.address STRING 127.0.0.1
                http.request.method STRING POST
                http.response.status_code LONG 202
                http.route STRING /reports
                network.peer.address STRING 127.0.0.1
                network.peer.port LONG ~\\d+
                network.protocol.version STRING %s
                server.address STRING 127.0.0.1
                server.port LONG ~\\d+
                url.path STRING /reports
                url.query STRING type=summary
                url.scheme STRING http
                user_agent.original STRING golden/1
                """.formatted(number(version)));
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
    void serverSpanOfClientError(HttpVersion version) {
        String trace = traceOf(ask(version, HttpMethod.GET, "/reports/0-1"));
        assertSpan(span(trace, SERVER, "GET /reports/{id}"), """
                SERVER GET /reports/{id} UNSET
                client.address STRING 127.0.0.1
                http.request.method STRING GET
                http.response.status_code LONG 404
                http.route STRING /reports/{id}
                network.peer.address STRING 127.0.0.1
                network.peer.port LONG ~\\d+
                network.protocol.version STRING %s
                server.address STRING 127.0.0.1
                server.port LONG ~\\d+
                url.path STRING /reports/0-1
                url.scheme STRING http
                user_agent.original STRING golden/1
                """.formatted(number(version)));
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
    void serverSpanOfUnknownMethod(HttpVersion version) {
        String trace = traceOf(ask(version, HttpMethod.valueOf("BREW"), "/reports"));
        assertSpan(span(trace, SERVER, "HTTP /reports"), """
                SERVER HTTP /reports UNSET
                client.address STRING 127.0.0.1
                http.request.method STRING _OTHER
                http.request.method_original STRING BREW
                http.response.status_code LONG 405
                http.route STRING /reports
                network.peer.address STRING 127.0.0.1
                network.peer.port LONG ~\\d+
                network.protocol.version STRING %s
                server.address STRING 127.0.0.1
                server.port LONG ~\\d+
                url.path STRING /reports
                url.scheme STRING http
                user_agent.original STRING golden/1
                """.formatted(number(version)));
    }

    @Test
    void serverSpanOfServerError() {
        assertSpan(served(500L), """
                SERVER GET ERROR
                client.address STRING 127.0.0.1
                error.type STRING 500
                http.request.method STRING GET
                http.response.status_code LONG 500
                network.peer.address STRING 127.0.0.1
                network.peer.port LONG ~\\d+
                network.protocol.version STRING 1.1
                server.address STRING 127.0.0.1
                server.port LONG ~\\d+
                url.path STRING /500
                url.scheme STRING http
                user_agent.original STRING ~Java-http-client.*
                """);
    }

    @Test
    void serverSpanOfDisconnectedClient() {
        assertSpan(served(null), """
                SERVER GET ERROR Connection was closed
                client.address STRING 127.0.0.1
                error.type STRING io.vertx.core.http.HttpClosedException
                http.request.method STRING GET
                network.peer.address STRING 127.0.0.1
                network.peer.port LONG ~\\d+
                network.protocol.version STRING 1.0
                url.path STRING /hang
                url.scheme STRING http
                event exception 3
                """);
    }

    @Test
    void serverSpanOfUnknownVersion() {
        assertSpan(served(501L), """
                SERVER GET ERROR
                client.address STRING 127.0.0.1
                error.type STRING 501
                http.request.method STRING GET
                http.response.status_code LONG 501
                network.peer.address STRING 127.0.0.1
                network.peer.port LONG ~\\d+
                server.address STRING example.com
                url.path STRING /200
                url.scheme STRING http
                """);
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
    void redactsSignaturesInQueries(HttpVersion version) {
        String trace = traceOf(ask(version, HttpMethod.GET, "/?a=b&sig=c2VjcmV0&X-Goog-Signature=x"));
        assertThat(span(trace, SERVER, "GET /").getAttributes().asMap().toString())
                .contains("url.query=a=b&sig=REDACTED&X-Goog-Signature=REDACTED");
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
    void severalTraceparentsStartNewTrace(HttpVersion version) {
        String parent = "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01";
        HttpClientResponse one = ask(version, HttpMethod.GET, "/reports/0-1", "traceparent", parent);
        assertThat(traceOf(one)).isEqualTo("0af7651916cd43dd8448eb211c80319c");
        HttpClientResponse two =
                ask(version, HttpMethod.GET, "/reports/0-1", "traceparent", parent, "traceparent", parent);
        assertThat(traceOf(two)).isNotEqualTo("0af7651916cd43dd8448eb211c80319c");
    }

    /** An exporter that sends to its own node would otherwise never end. */
    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
    void excludedRequestsAreInMetricOnly(HttpVersion version) {
        String series = ", http.route=%s, network.protocol.version=" + number(version) + ", url.scheme=http}";
        for (String path : List.of("/health/live", "/metrics", "/traces", "/api/services")) {
            assertThat(ask(version, HttpMethod.GET, path).getHeader("x-trace-id"))
                    .isNull();
            eventually(() -> points("http.server.request.duration").toString().contains(series.formatted(path)));
        }
        assertThat(ask(version, HttpMethod.POST, "/v1/traces").getHeader("x-trace-id"))
                .isNull();
        eventually(() -> points("http.server.request.duration").toString().contains(series.formatted("/v1/traces")));
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
    void interimResponseIsNoOutcome(HttpVersion version) {
        String trace = traceOf(ask(version, HttpMethod.POST, "/reports?type=summary", "expect", "100-continue"));
        assertThat(span(trace, SERVER, "POST /reports")
                        .getAttributes()
                        .get(AttributeKey.longKey("http.response.status_code")))
                .isEqualTo(202);
    }

    /** The decoder's error is the client's, and comes before the response. */
    @Test
    void malformedChunkIsClientError() throws IOException {
        RawConnection.Answer answer;
        try (RawConnection connection = new RawConnection(ports.get(HttpVersion.HTTP_1_1))) {
            answer = connection.request("""
                    POST /reports?type=summary HTTP/1.1
                    host: localhost
                    content-type: text/csv
                    transfer-encoding: chunked
                    """, "zz\r\n");
        }
        assertThat(answer.status()).isEqualTo(400);
        String trace = answer.headers().get("x-trace-id");
        assertSpan(span(trace, SERVER, "POST /reports"), """
                SERVER POST /reports UNSET
                client.address STRING 127.0.0.1
                http.request.method STRING POST
                http.response.status_code LONG 400
                http.route STRING /reports
                network.peer.address STRING 127.0.0.1
                network.peer.port LONG ~\\d+
                network.protocol.version STRING 1.1
                server.address STRING localhost
                url.path STRING /reports
                url.query STRING type=summary
                url.scheme STRING http
                """);
        assertThat(points("http.server.request.duration"))
                .contains("{http.request.method=POST, http.response.status_code=400, http.route=/reports,"
                        + " network.protocol.version=1.1, url.scheme=http}")
                .noneMatch(point -> point.contains("NumberFormatException"));
    }

    /** A reset also fails the body, but the client does not get the answer to that. */
    @Test
    void resetOfClientEndsRequest() throws IOException {
        try (RawConnection connection = new RawConnection(ports.get(HttpVersion.HTTP_1_1))) {
            connection.send("POST /reports?type=simulated HTTP/1.1\r\nhost: localhost\r\nexpect: 100-continue\r\n"
                    + "content-type: text/csv\r\ncontent-length: 9\r\n\r\n");
            assertThat(connection.head().status()).isEqualTo(100);
            connection.reset();
        }
        String series = "error\\.type=[\\w.$]+, http.request.method=POST, http.route=/reports,"
                + " network.protocol.version=1.1, url.scheme=http";
        eventually(() ->
                points("http.server.request.duration").stream().anyMatch(point -> point.matches(".*" + series + ".*")));
    }

    /** A request ends with its response, not with the head of it. */
    @Test
    void openHttp2StreamEndsOnce() {
        HttpClientResponse stream = head(HttpVersion.HTTP_2, HttpMethod.GET, "/events");
        String series = "http.route=/events, network.protocol.version=2, url.scheme=http}";
        stream.request().reset();
        String failed = "{error.type=io.vertx.core.http.HttpClosedException, http.request.method=GET, " + series;
        eventually(() -> points("http.server.request.duration").contains(failed));
        assertThat(points("http.server.request.duration"))
                .filteredOn(point -> point.endsWith(series))
                .containsExactly(failed);
    }

    @Test
    void http2Client() {
        String trace = within(() -> call(HttpVersion.HTTP_2, 200).compose(ok -> call(HttpVersion.HTTP_2, 404)));
        assertSpan(spans(trace, CLIENT, "GET").get(0), """
                CLIENT GET UNSET
                http.request.method STRING GET
                http.response.status_code LONG 200
                server.address STRING 127.0.0.1
                server.port LONG ~\\d+
                url.full STRING ~http://127.0.0.1:\\d+.200\\?sig=REDACTED
                """);
        assertSpan(spans(trace, CLIENT, "GET").get(1), """
                CLIENT GET ERROR
                error.type STRING 404
                http.request.method STRING GET
                http.response.status_code LONG 404
                server.address STRING 127.0.0.1
                server.port LONG ~\\d+
                url.full STRING ~http://127.0.0.1:\\d+.404\\?sig=REDACTED
                """);
    }

    @Test
    void httpClient() {
        assertSpan(sent(200L), """
                CLIENT GET UNSET
                http.request.method STRING GET
                http.response.status_code LONG 200
                network.peer.address STRING 127.0.0.1
                network.peer.port LONG ~\\d+
                server.address STRING 127.0.0.1
                server.port LONG ~\\d+
                url.full STRING ~http://127.0.0.1:\\d+.200\\?sig=REDACTED
                """);
        assertSpan(sent(404L), """
                CLIENT GET ERROR
                error.type STRING 404
                http.request.method STRING GET
                http.response.status_code LONG 404
                network.peer.address STRING 127.0.0.1
                network.peer.port LONG ~\\d+
                server.address STRING 127.0.0.1
                server.port LONG ~\\d+
                url.full STRING ~http://127.0.0.1:\\d+.404\\?sig=REDACTED
                """);
    }

    @Test
    void eventBus() {
        assertSpan(span(calls, PRODUCER, "send echo"), """
                PRODUCER send echo UNSET
                messaging.destination.name STRING echo
                messaging.operation.name STRING send
                messaging.operation.type STRING send
                messaging.system STRING vertx-eventbus
                """);
        assertSpan(span(calls, CONSUMER, "process echo"), """
                CONSUMER process echo UNSET
                messaging.destination.name STRING echo
                messaging.operation.name STRING process
                messaging.operation.type STRING process
                messaging.system STRING vertx-eventbus
                """);
        assertSpan(span(calls, PRODUCER, "publish news"), """
                PRODUCER publish news UNSET
                messaging.destination.name STRING news
                messaging.operation.name STRING publish
                messaging.operation.type STRING send
                messaging.system STRING vertx-eventbus
                """);
        assertSpan(span(calls, PRODUCER, "send nobody"), """
                PRODUCER send nobody ERROR No handlers for address nobody
                error.type STRING no_handlers
                messaging.destination.name STRING nobody
                messaging.operation.name STRING send
                messaging.operation.type STRING send
                messaging.system STRING vertx-eventbus
                event exception 3
                """);
    }

    @Test
    void producer() {
        assertSpan(span(orders, PRODUCER, "publish orders"), """
                PRODUCER publish orders UNSET
                messaging.destination.name STRING orders
                messaging.message.body.size LONG 7
                messaging.message.envelope.size LONG ~\\d+
                messaging.message.id STRING ~[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}
                messaging.operation.name STRING publish
                messaging.operation.type STRING send
                messaging.system STRING redis
                redistributed.receivers LONG 1
                server.address STRING 127.0.0.1
                server.port LONG ~\\d+
                """);
        assertSpan(span(orders, PRODUCER, "publish invoices"), """
                PRODUCER publish invoices ERROR ~Redis at .* refuses the command: NOPERM .*
                error.type STRING NOPERM
                messaging.destination.name STRING invoices
                messaging.message.body.size LONG 1
                messaging.message.envelope.size LONG ~\\d+
                messaging.message.id STRING ~[0-9a-f-]{36}
                messaging.operation.name STRING publish
                messaging.operation.type STRING send
                messaging.system STRING redis
                server.address STRING 127.0.0.1
                server.port LONG ~\\d+
                """);
        assertSpan(span(report, PRODUCER, "publish reports"), """
                PRODUCER publish reports UNSET
                messaging.destination.name STRING reports
                messaging.message.body.size LONG ~\\d+
                messaging.message.envelope.size LONG ~\\d+
                messaging.operation.name STRING publish
                messaging.operation.type STRING send
                messaging.system STRING redis
                redistributed.report.id STRING ~0-[0-9a-f]{32}
                server.address STRING 127.0.0.1
                server.port LONG ~\\d+
                """);
    }

    @Test
    void consumer() {
        assertSpan(span(orders, CONSUMER, "process orders"), """
                CONSUMER process orders UNSET
                messaging.destination.name STRING orders
                messaging.message.body.size LONG 7
                messaging.message.envelope.size LONG ~\\d+
                messaging.message.id STRING ~[0-9a-f-]{36}
                messaging.operation.name STRING process
                messaging.operation.type STRING process
                messaging.system STRING redis
                redistributed.publish_to_process.delay DOUBLE ~\\d.*
                server.address STRING 127.0.0.1
                server.port LONG ~\\d+
                link 0
                """);
        assertSpan(spans(orders, CONSUMER, "process orders").get(1), """
                CONSUMER process orders ERROR empty
                error.type STRING java.lang.IllegalArgumentException
                messaging.destination.name STRING orders
                messaging.message.body.size LONG 0
                messaging.message.envelope.size LONG ~\\d+
                messaging.message.id STRING ~[0-9a-f-]{36}
                messaging.operation.name STRING process
                messaging.operation.type STRING process
                messaging.system STRING redis
                redistributed.publish_to_process.delay DOUBLE ~\\d.*
                server.address STRING 127.0.0.1
                server.port LONG ~\\d+
                event exception 3
                link 0
                """);
    }

    @Test
    void consumerSpanOfReport() {
        assertSpan(span(report, CONSUMER, "process reports"), """
                CONSUMER process reports UNSET
                messaging.client.id STRING ~.+-\\d+-[0-9a-f]{8}
                messaging.destination.name STRING reports
                messaging.message.body.size LONG ~\\d+
                messaging.message.envelope.size LONG ~\\d+
                messaging.operation.name STRING process
                messaging.operation.type STRING process
                messaging.system STRING redis
                redistributed.attempt LONG 1
                redistributed.report.id STRING ~0-[0-9a-f]{32}
                redistributed.report.type STRING summary
                server.address STRING 127.0.0.1
                server.port LONG ~\\d+
                """);
        assertSpan(span(broken, CONSUMER, "process reports"), """
                CONSUMER process reports ERROR ~.+
                error.type STRING invalid_input
                messaging.client.id STRING ~.+-\\d+-[0-9a-f]{8}
                messaging.destination.name STRING reports
                messaging.message.body.size LONG ~\\d+
                messaging.message.envelope.size LONG ~\\d+
                messaging.operation.name STRING process
                messaging.operation.type STRING process
                messaging.system STRING redis
                redistributed.attempt LONG 1
                redistributed.report.id STRING ~0-[0-9a-f]{32}
                redistributed.report.type STRING summary
                server.address STRING 127.0.0.1
                server.port LONG ~\\d+
                """);
        assertSpan(spans(failing, CONSUMER, "process reports").get(1), """
                CONSUMER process reports ERROR ~.+
                error.type STRING retryable
                messaging.client.id STRING ~.+-\\d+-[0-9a-f]{8}
                messaging.destination.name STRING reports
                messaging.message.body.size LONG ~\\d+
                messaging.message.envelope.size LONG ~\\d+
                messaging.operation.name STRING process
                messaging.operation.type STRING process
                messaging.system STRING redis
                redistributed.attempt LONG 2
                redistributed.report.id STRING ~0-[0-9a-f]{32}
                redistributed.report.type STRING simulated
                server.address STRING 127.0.0.1
                server.port LONG ~\\d+
                link 0
                """);
    }

    @Test
    void consumerSpanOfRefusedMessage() {
        eventually(() -> !spans("error.type=malformed").isEmpty());
        assertSpan(spans("error.type=malformed").get(0), """
                CONSUMER process reports ERROR ~refused: .*
                error.type STRING malformed
                messaging.destination.name STRING reports
                messaging.message.body.size LONG 12
                messaging.message.envelope.size LONG 12
                messaging.operation.name STRING process
                messaging.operation.type STRING process
                messaging.system STRING redis
                server.address STRING 127.0.0.1
                server.port LONG ~\\d+
                """);
    }

    @Test
    void redisCommand() {
        assertSpan(span(report, CLIENT, "EVALSHA submit"), """
                CLIENT EVALSHA submit UNSET
                db.namespace STRING 0
                db.operation.name STRING EVALSHA
                db.stored_procedure.name STRING submit
                db.system.name STRING redis
                network.peer.address STRING 127.0.0.1
                network.peer.port LONG ~\\d+
                server.address STRING 127.0.0.1
                server.port LONG ~\\d+
                """);
        assertSpan(span(report, CLIENT, "GET"), """
                CLIENT GET UNSET
                db.namespace STRING 0
                db.operation.name STRING GET
                db.system.name STRING redis
                network.peer.address STRING 127.0.0.1
                network.peer.port LONG ~\\d+
                server.address STRING 127.0.0.1
                server.port LONG ~\\d+
                """);
        assertSpan(span(commands, CLIENT, "LPUSH"), """
                CLIENT LPUSH ERROR ~WRONGTYPE .*
                db.namespace STRING 3
                db.operation.name STRING LPUSH
                db.response.status_code STRING WRONGTYPE
                db.system.name STRING redis
                error.type STRING WRONGTYPE
                network.peer.address STRING 127.0.0.1
                network.peer.port LONG ~\\d+
                server.address STRING 127.0.0.1
                server.port LONG ~\\d+
                """);
    }

    @Test
    void generator() {
        assertSpan(span(report, INTERNAL, "generate summary"), "INTERNAL generate summary UNSET");
        assertSpan(span(broken, INTERNAL, "generate summary"), """
                INTERNAL generate summary ERROR ~.+
                error.type STRING invalid_input
                """);
    }

    @Test
    void recordsExactlyTheseMetrics() {
        // Not every collection has those of the queue.
        Set<String> names = new TreeSet<>();
        eventually(() -> {
            names.addAll(metrics());
            return names.size() >= 13;
        });
        assertThat(names)
                .containsExactly(
                        "db.client.operation.duration",
                        "http.server.request.duration",
                        "messaging.client.consumed.messages",
                        "messaging.client.operation.duration",
                        "messaging.client.sent.messages",
                        "messaging.process.duration",
                        "redistributed.attempts",
                        "redistributed.messages.malformed",
                        "redistributed.messages.refused",
                        "redistributed.publish_to_process.delay",
                        "redistributed.queue.damaged",
                        "redistributed.queue.reports",
                        "redistributed.queue.wait");
    }

    @Test
    void httpMetric() {
        served(500L);
        served(null);
        served(501L);
        openHttp2StreamEndsOnce();
        assertMetric(metric("http.server.request.duration"), """
                http.server.request.duration HISTOGRAM s [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0]
                error.type http.request.method http.response.status_code network.protocol.version url.scheme
                error.type http.request.method http.response.status_code url.scheme
                error.type http.request.method http.route network.protocol.version url.scheme
                error.type http.request.method network.protocol.version url.scheme
                http.request.method http.response.status_code http.route network.protocol.version url.scheme
                http.request.method http.response.status_code network.protocol.version url.scheme
                """);
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
    void seriesOfHttpMetric(HttpVersion version) {
        ask(version, HttpMethod.POST, "/reports?type=summary");
        ask(version, HttpMethod.valueOf("BREW"), "/reports");
        ask(version, HttpMethod.GET, "/health/live");
        String protocol = " network.protocol.version=" + number(version) + ", url.scheme=http}";
        eventually(() -> points("http.server.request.duration")
                .containsAll(List.of(
                        "{http.request.method=POST, http.response.status_code=202, http.route=/reports," + protocol,
                        "{http.request.method=_OTHER, http.response.status_code=405, http.route=/reports," + protocol,
                        "{http.request.method=GET, http.response.status_code=200, http.route=/health/live,"
                                + protocol)));
    }

    @Test
    void redisMetric() {
        assertMetric(metric("db.client.operation.duration"), """
                db.client.operation.duration HISTOGRAM s [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0]
                db.namespace db.operation.name db.response.status_code db.system.name error.type server.address server.port
                db.namespace db.operation.name db.stored_procedure.name db.system.name server.address server.port
                db.namespace db.operation.name db.system.name server.address server.port
                """);
        assertThat(points("db.client.operation.duration"))
                .contains(
                        "{db.namespace=0, db.operation.name=EVALSHA, db.stored_procedure.name=heartbeat,"
                                + " db.system.name=redis, server.address=127.0.0.1, server.port=" + redis.port() + "}",
                        "{db.namespace=3, db.operation.name=LPUSH, db.response.status_code=WRONGTYPE,"
                                + " db.system.name=redis, error.type=WRONGTYPE, server.address=127.0.0.1,"
                                + " server.port=" + redis.port() + "}");
    }

    @Test
    void messagingMetrics() {
        spans(orders, CONSUMER, "process orders").get(1);
        spans(failing, CONSUMER, "process reports").get(1);
        String common =
                "messaging.destination.name messaging.operation.name messaging.system server.address server.port";
        for (String name : List.of("messaging.client.sent.messages", "messaging.client.consumed.messages")) {
            String failed = name.contains("sent") ? "\nerror.type " + common : "";
            assertMetric(metric(name), name + " LONG_SUM {message}\n" + (failed + "\n" + common).strip());
        }
        String seconds =
                " HISTOGRAM s [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0]\n";
        String typed = common.replace("messaging.system", "messaging.operation.type messaging.system");
        assertMetric(
                metric("messaging.client.operation.duration"),
                "messaging.client.operation.duration" + seconds + "error.type " + typed + "\n" + typed);
        assertMetric(
                metric("messaging.process.duration"),
                "messaging.process.duration" + seconds + "error.type " + common + "\n" + common);
        assertMetric(
                metric("redistributed.publish_to_process.delay"),
                "redistributed.publish_to_process.delay" + seconds + common);
        assertMetric(
                metric("redistributed.messages.malformed"),
                "redistributed.messages.malformed LONG_SUM {message}\n" + common);
        assertMetric(
                metric("redistributed.messages.refused"),
                "redistributed.messages.refused LONG_SUM {message}\nerror.type");
        assertMetric(
                metric("redistributed.attempts"),
                "redistributed.attempts LONG_SUM {attempt}\nredistributed.attempt.outcome redistributed.report.type");
        assertThat(points("redistributed.attempts"))
                .contains(
                        "{redistributed.attempt.outcome=done, redistributed.report.type=summary}",
                        "{redistributed.attempt.outcome=failed, redistributed.report.type=summary}");
        assertThat(points("messaging.process.duration"))
                .contains("{messaging.destination.name=orders, messaging.operation.name=process,"
                        + " messaging.system=redis, server.address=127.0.0.1, server.port=" + redis.port() + "}");
    }

    /** Calls on a new Vert.x context within a span, and returns that span's trace. */
    private static String within(Supplier<Future<?>> action) {
        Span span = traces.tracer().spanBuilder("test").setNoParent().startSpan();
        ContextInternal own = ((VertxInternal) vertx).createEventLoopContext().duplicate();
        Promise<Object> done = Promise.promise();
        own.runOnContext(v -> {
            VertxContextStorage.INSTANCE.attach(
                    own, io.opentelemetry.context.Context.root().with(span));
            action.get().mapEmpty().onComplete(done);
        });
        await(done.future());
        span.end();
        return span.getSpanContext().getTraceId();
    }

    /** Asks the service and returns the response once it has ended. */
    private static HttpClientResponse ask(HttpVersion version, HttpMethod method, String path, String... headers) {
        HttpClientResponse response = head(version, method, path, headers);
        await(response.end());
        return response;
    }

    /** @param headers names and values in turn */
    private static HttpClientResponse head(HttpVersion version, HttpMethod method, String path, String... headers) {
        return await(clients.get(version)
                .request(method, ports.get(version), "127.0.0.1", path)
                .compose(request -> {
                    request.putHeader("user-agent", "golden/1");
                    for (int i = 0; i < headers.length; i += 2) {
                        request.headers().add(headers[i], headers[i + 1]);
                    }
                    return request.send();
                }));
    }

    private static String number(HttpVersion version) {
        return version == HttpVersion.HTTP_2 ? "2" : "1.1";
    }

    private static String traceOf(HttpClientResponse response) {
        return response.getHeader("x-trace-id");
    }

    private static String traceOf(HttpResponse<String> response) {
        return response.headers().firstValue("x-trace-id").orElseThrow();
    }

    /** The trace of a request for a report, once that has ended. */
    private static String reportOf(HttpResponse<String> response) {
        client.ended(new JsonObject(response.body()).getString("id"));
        return traceOf(response);
    }

    private static SpanData span(String traceId, SpanKind kind, String name) {
        eventually(() -> !spans(traceId, kind, name).isEmpty());
        return spans(traceId, kind, name).get(0);
    }

    private static List<SpanData> spans(String traceId, SpanKind kind, String name) {
        return traces.spans(name).stream()
                .filter(span -> span.getTraceId().equals(traceId) && span.getKind() == kind)
                .toList();
    }

    private static List<SpanData> spans(String attribute) {
        return traces.spans().stream()
                .filter(span -> span.getAttributes().asMap().toString().contains(attribute))
                .toList();
    }

    /** A span of the server that answers what it is asked for; null for the status of none. */
    private static SpanData served(Long status) {
        return ofStatus("GET", SERVER, status);
    }

    private static SpanData sent(Long status) {
        return ofStatus("GET", CLIENT, status);
    }

    private static SpanData ofStatus(String name, SpanKind kind, Long status) {
        Supplier<List<SpanData>> found = () -> traces.spans(name).stream()
                .filter(span -> span.getKind() == kind
                        && span.getAttributes().asMap().toString().contains("http.request.method")
                        && Objects.equals(
                                span.getAttributes().get(AttributeKey.longKey("http.response.status_code")), status))
                .toList();
        eventually(() -> !found.get().isEmpty());
        return found.get().get(0);
    }

    private static List<String> metrics() {
        return traces.metrics().stream().map(MetricData::getName).toList();
    }

    private static MetricData metric(String name) {
        return traces.metric(name).orElseThrow();
    }

    /** The attributes of its points, by their keys. */
    private static List<String> points(String name) {
        return metric(name).getData().getPoints().stream()
                .map(point -> new TreeMap<>(point.getAttributes().asMap().entrySet().stream()
                                .collect(
                                        Collectors.toMap(entry -> entry.getKey().getKey(), Map.Entry::getValue)))
                        .toString())
                .toList();
    }
}
