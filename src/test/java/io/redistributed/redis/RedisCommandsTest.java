package io.redistributed.redis;

import static io.redistributed.testing.Waiting.await;
import static io.redistributed.testing.Waiting.eventually;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import io.redistributed.LogCapture;
import io.redistributed.testing.RedisServer;
import io.redistributed.testing.TcpRelay;
import io.redistributed.testing.Traces;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.junit5.VertxExtension;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(VertxExtension.class)
@Tag("slow")
class RedisCommandsTest {

    private static final LuaScript COUNT = LuaScript.load(RedisCommandsTest.class, "count");
    private static final List<String> KEYS = List.of("counter");
    private static final AttributeKey<String> STATUS = AttributeKey.stringKey("db.response.status_code");
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Traces traces = new Traces();
    private Vertx vertx;
    private RedisServer redis;
    private RedisCommands commands;

    @BeforeEach
    void start(Vertx vertx) {
        this.vertx = vertx;
        redis = RedisServer.start();
        commands = connect(redis.port());
    }

    @AfterEach
    void stop() {
        await(commands.close());
        redis.close();
        traces.close();
    }

    @Test
    void runsScriptAfterScriptFlush() {
        assertThat(await(count(1)).get(0).toInteger()).isEqualTo(1);
        redis.cli("SCRIPT", "FLUSH");
        assertThat(await(count(2)).get(0).toInteger()).isEqualTo(3);
        assertThat(await(count(3)).get(0).toInteger()).isEqualTo(6);
        assertThat((String) redis.cli("INFO", "commandstats"))
                .contains("cmdstat_eval:calls=2")
                .contains("cmdstat_evalsha:calls=3");
    }

    @Test
    void outageThatLastsIsLoggedSoonAfterAnother() {
        try (LogCapture log = new LogCapture()) {
            redis.kill();
            eventually(() -> !commands.isConnected());
            redis.restart();
            eventually(commands::isConnected);
            redis.kill();

            eventually(() -> log.complaints().stream()
                    .anyMatch(line -> line.contains("127.0.0.1:" + redis.port() + " is still unavailable: ")));
            assertThat(log.complaints()).hasSize(2);
            assertThat(commands.outage()).contains("Connection refused");
        }
    }

    @Test
    void refusalIsLoggedOnceForAllLinks() {
        redis.cli("ACL", "SETUSER", "app", "on", ">one", "~*", "+@all");
        RedisSettings settings = RedisSettings.of("redis://app:one@127.0.0.1:" + redis.port());
        List<RedisCommands> links = Stream.generate(
                        () -> await(RedisCommands.connect(vertx, settings, traces.openTelemetry())))
                .limit(3)
                .toList();
        try (LogCapture log = new LogCapture()) {
            redis.cli("ACL", "SETUSER", "app", "resetpass", ">two");
            redis.cli("CLIENT", "KILL", "USER", "app");
            eventually(() -> links.stream().allMatch(link -> link.outage().contains("WRONGPASS")));

            assertThat(log.complaints())
                    .filteredOn(line -> line.contains("refuses the connection: WRONGPASS"))
                    .hasSize(1);
        } finally {
            links.forEach(link -> await(link.close()));
        }
    }

    @Test
    void supportsBinaryArguments() {
        Buffer bytes = Buffer.buffer(new byte[] {0, '\r', '\n', -1});

        Response reply = await(commands.run(COUNT, KEYS, List.of(1, bytes)));

        assertThat(reply.get(1).toBuffer()).isEqualTo(bytes);
    }

    @Test
    void scriptIsClientSpan() {
        await(traces.within("request", () -> count(1)));

        SpanData span = traces.span("EVALSHA count");
        assertThat(span.getKind()).isEqualTo(SpanKind.CLIENT);
        assertThat(span.getParentSpanId()).isEqualTo(traces.span("request").getSpanId());
        assertThat(span.getStatus()).isEqualTo(StatusData.unset());
        assertThat(span.getAttributes().asMap())
                .isEqualTo(database("EVALSHA").toBuilder()
                        .put("db.stored_procedure.name", "count")
                        .build()
                        .asMap());
        assertThat(traces.spans()).hasSize(2);
    }

    @Test
    void commandIsClientSpan() {
        Request get = Request.cmd(Command.GET).arg("absent");

        assertThat(await(traces.within("request", () -> commands.send(get)))).isNull();

        SpanData span = traces.span("GET");
        assertThat(span.getParentSpanId()).isEqualTo(traces.span("request").getSpanId());
        assertThat(span.getAttributes().asMap()).isEqualTo(database("GET").asMap());
    }

    @Test
    void pipelineIsOneSpanWithOrderedReplies() {
        List<Request> reads = List.of(
                Request.cmd(Command.ECHO).arg("a"), Request.cmd(Command.ECHO).arg("b"));

        assertThat(await(traces.within("request", () -> commands.pipeline(reads))))
                .extracting(Response::toString)
                .containsExactly("a", "b");

        assertThat(traces.span("PIPELINE ECHO").getAttributes().asMap())
                .isEqualTo(database("PIPELINE ECHO").toBuilder()
                        .put("db.operation.batch.size", 2)
                        .build()
                        .asMap());
        assertThat(traces.spans()).hasSize(2);
    }

    @Test
    void pipelineFailsWithFirstError() {
        List<Request> mixed = List.of(
                Request.cmd(Command.ECHO).arg("a"),
                Request.cmd(Command.LPUSH).arg("text").arg("b"),
                Request.cmd(Command.EVAL).arg("x").arg(0));
        await(commands.send(Request.cmd(Command.SET).arg("text").arg("a")));
        assertThatThrownBy(() -> await(traces.within("request", () -> commands.pipeline(mixed))))
                .hasMessageContaining("WRONGTYPE Operation against a key holding the wrong kind of value");
        assertThatThrownBy(() -> await(commands.pipeline(List.of(mixed.get(2), mixed.get(1)))))
                .hasMessageContaining("ERR Error compiling script");
        assertThat(traces.span("PIPELINE").getAttributes().get(STATUS)).isEqualTo("WRONGTYPE");
        assertThat(await(commands.send(Request.cmd(Command.PING))).toString()).isEqualTo("PONG");
    }

    @Test
    void lostConnectionOfPipelineIsNoServerError() {
        redis.pause();
        Future<List<Response>> replies =
                commands.pipeline(List.of(Request.cmd(Command.PING), Request.cmd(Command.PING)));
        redis.kill();
        assertThatThrownBy(() -> await(replies)).isInstanceOf(RedisUnavailableException.class);
    }

    @Test
    void noSpanWithoutParent() {
        await(count(1));
        await(commands.send(Request.cmd(Command.PING)));
        assertThat(traces.spans()).isEmpty();
    }

    @Test
    void errorReplyFailsAndIsOnSpan() {
        assertThatThrownBy(() -> await(
                        traces.within("request", () -> commands.runUntilAnswered(COUNT, KEYS, List.of("fail"), LONG))))
                .hasMessage("MYERR on purpose");

        SpanData span = traces.span("EVALSHA count");
        assertThat(span.getStatus()).isEqualTo(StatusData.create(StatusCode.ERROR, "MYERR on purpose"));
        assertThat(span.getAttributes().get(STATUS)).isEqualTo("MYERR");
        assertThat(span.getAttributes().get(AttributeKey.stringKey("error.type")))
                .isEqualTo("MYERR");
    }

    @Test
    void lostConnectionIsNoServerError() {
        redis.kill();

        assertThatThrownBy(() -> await(traces.within("request", () -> count(1))))
                .isInstanceOf(RedisUnavailableException.class)
                .hasMessageContaining("redis://127.0.0.1:" + redis.port());

        SpanData span = traces.span("EVALSHA count");
        assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(span.getAttributes().get(STATUS)).isNull();
        assertThat(span.getAttributes().get(AttributeKey.stringKey("error.type")))
                .isEqualTo(RedisUnavailableException.class.getName());
    }

    @Test
    void callSurvivesRestart() {
        await(count(1));
        redis.kill();
        Future<Response> counted =
                traces.within("request", () -> commands.runUntilAnswered(COUNT, KEYS, List.of(1, ""), LONG));
        eventually(() -> traces.spans("EVALSHA count").size() > 1);

        redis.restart();

        assertThat(await(counted).get(0).toInteger()).isEqualTo(2);
        assertThat(traces.spans("EVALSHA count"))
                .extracting(SpanData::getParentSpanId)
                .containsOnly(traces.span("request").getSpanId());
    }

    @Test
    void readSurvivesRestart() {
        await(commands.send(Request.cmd(Command.SET).arg("k").arg("v")));
        redis.kill();
        Future<Response> got = traces.within(
                "request", () -> commands.read(Request.cmd(Command.GET).arg("k"), LONG));
        eventually(() -> traces.spans("GET").size() > 1);

        redis.restart();

        assertThat(await(got).toString()).isEqualTo("v");
    }

    @Test
    void callTimesOut() {
        redis.kill();
        assertThatThrownBy(() -> await(commands.runUntilAnswered(COUNT, KEYS, List.of(1, ""), SECOND)))
                .isInstanceOf(RedisUnavailableException.class);
    }

    @Test
    void closeFailsCall() {
        redis.kill();
        Future<Response> counted = commands.runUntilAnswered(COUNT, KEYS, List.of(1, ""), LONG);
        await(commands.close());
        assertThatThrownBy(() -> await(counted)).isInstanceOf(RedisUnavailableException.class);
    }

    @Test
    void repeatsBlockedCallWhenConnectionIsKilled() {
        await(count(1));
        redis.cli("CLIENT", "PAUSE", "60000", "WRITE");
        Future<Response> counted = commands.runUntilAnswered(COUNT, KEYS, List.of(1, ""), LONG);
        eventually(() -> ((String) redis.cli("CLIENT", "LIST")).contains("cmd=evalsha"));
        redis.cli("CLIENT", "KILL", "TYPE", "normal");
        redis.cli("CLIENT", "UNPAUSE");

        assertThat(await(counted).get(0).toInteger()).isEqualTo(2);
    }

    @Test
    void repeatsCallWithLostReply() {
        AtomicInteger lostReplies = new AtomicInteger();
        NetClient client = vertx.createNetClient();
        NetServer proxy = await(vertx.createNetServer()
                .connectHandler(near -> {
                    near.pause();
                    client.connect(redis.port(), "127.0.0.1").onSuccess(far -> {
                        near.handler(far::write).closeHandler(v -> far.close()).resume();
                        far.handler(reply -> {
                            if (reply.toString().contains("precious") && lostReplies.getAndIncrement() < 2) {
                                near.close();
                            } else {
                                near.write(reply);
                            }
                        });
                    });
                })
                .listen(0, "127.0.0.1"));
        RedisCommands remote = connect(proxy.actualPort());

        Response reply = await(remote.runUntilAnswered(COUNT, KEYS, List.of(1, "precious"), LONG));

        assertThat(reply.get(0).toInteger()).isEqualTo(3);
        assertThat(lostReplies).hasValue(3);
    }

    @Test
    void callWaitsWhileServerLoads() {
        // Redis answers after every 1,024 commands that it loads.
        String slowly = "key-load-delay 100";
        try (RedisServer loading = RedisServer.start(slowly)) {
            loading.cli("EVAL", "for i = 1, 10000 do redis.call('SET', 'key' .. i, i) end", "0");
            RedisCommands patient = connect(loading.port());
            loading.kill();
            CompletableFuture<Void> restarted = CompletableFuture.runAsync(loading::restart);

            Response reply =
                    await(traces.within("request", () -> patient.runUntilAnswered(COUNT, KEYS, List.of(1, ""), LONG)));

            assertThat(reply.get(0).toInteger()).isEqualTo(1);
            assertThat(traces.spans("EVALSHA count"))
                    .extracting(span -> span.getAttributes().get(STATUS))
                    .contains("LOADING");
            restarted.join();
            await(patient.close());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void callWaitsForPromotion(boolean bundled) {
        String ofNobody = "replicaof 127.0.0.1 1";
        try (RedisServer replica = bundled ? RedisServer.startBundled(ofNobody) : RedisServer.start(ofNobody)) {
            RedisCommands patient = connect(replica.port());
            assertThatThrownBy(() -> await(patient.run(COUNT, KEYS, List.of(1, ""))))
                    .isInstanceOf(RedisUnavailableException.class)
                    .hasMessageContaining("READONLY");

            Future<Response> counted = patient.runUntilAnswered(COUNT, KEYS, List.of(1, ""), LONG);
            replica.cli("REPLICAOF", "NO", "ONE");

            assertThat(await(counted).get(0).toInteger()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void refusalFailsAtOnce(boolean bundled) {
        try (RedisServer full = bundled ? RedisServer.startBundled() : RedisServer.start()) {
            RedisCommands commands = connect(full.port());
            full.cli("CONFIG", "SET", "maxmemory", "1kb");
            Request set = Request.cmd(Command.SET).arg("k").arg("v");

            for (Future<Response> refused :
                    List.of(commands.send(set), commands.runUntilAnswered(COUNT, KEYS, List.of(1, ""), LONG))) {
                assertThatThrownBy(() -> await(refused))
                        .isInstanceOf(RedisRefusedException.class)
                        .hasMessage("Redis at redis://127.0.0.1:" + full.port()
                                + " refuses the command: OOM command not allowed when used memory > 'maxmemory'.")
                        .extracting(e -> ((RedisRefusedException) e).code())
                        .isEqualTo("OOM");
            }
            await(commands.close());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void wrongTypeIsRefusal(boolean bundled) {
        try (RedisServer server = bundled ? RedisServer.startBundled() : RedisServer.start()) {
            RedisCommands commands = connect(server.port());
            server.cli("RPUSH", "counter", "x");

            assertThatThrownBy(() -> await(commands.run(COUNT, KEYS, List.of(1, ""))))
                    .isInstanceOf(RedisRefusedException.class)
                    .hasMessageEndingWith(
                            "refuses the command: WRONGTYPE Operation against a key holding the wrong kind of value");
            await(commands.close());
        }
    }

    @Test
    void detectsHangingServerAndReconnects() {
        commands = connectImpatiently();
        redis.pause();
        try {
            assertThatThrownBy(() -> await(count(1))).isInstanceOf(RedisUnavailableException.class);
            eventually(() -> !commands.isConnected());
        } finally {
            redis.resume();
        }
        eventually(commands::isConnected);
        assertThat(await(commands.send(Request.cmd(Command.PING))).toString()).isEqualTo("PONG");
    }

    @Test
    void keepsIdleAndDetectsHalfOpenConnection() {
        commands = connectImpatiently();
        String before = clients();
        await(vertx.timer(2 * SECOND.toMillis()));
        assertThat(clients()).isEqualTo(before);

        redis.pause();
        try {
            eventually(() -> !commands.isConnected());
        } finally {
            redis.resume();
        }
        eventually(commands::isConnected);
    }

    @Test
    void detectsLostReply() {
        try (TcpRelay relay = new TcpRelay(vertx, redis.port())) {
            RedisSettings throughRelay =
                    RedisSettings.of("redis://127.0.0.1:" + relay.port()).withTimeouts(LONG, SECOND);
            RedisCommands commands = await(RedisCommands.connect(vertx, throughRelay, traces.openTelemetry()));

            relay.loseReply();

            eventually(() -> relay.connections() > 1 && commands.isConnected());
            assertThat(await(commands.send(Request.cmd(Command.ECHO).arg("own"))))
                    .hasToString("own");
            await(commands.close());
        }
    }

    @Test
    void limitsWaitingCommands() {
        List<Future<Response>> replies;
        Future<Void> ready;
        redis.pause();
        try {
            replies = IntStream.range(0, RedisSettings.DEFAULT_MAX_WAITING_COMMANDS + 10)
                    .mapToObj(i -> commands.send(Request.cmd(Command.PING)))
                    .toList();
            eventually(() -> replies.stream().filter(Future::failed).count() >= 10);
            ready = commands.ready();
            assertThat(ready.isComplete()).isFalse();
        } finally {
            redis.resume();
        }
        await(Future.join(replies).otherwiseEmpty());
        assertThat(replies)
                .filteredOn(Future::failed)
                .hasSizeGreaterThanOrEqualTo(10)
                .allMatch(reply -> reply.cause() instanceof TooManyCommandsException)
                .allMatch(reply -> reply.cause().getMessage().contains("16384 commands wait for replies"));
        await(ready);
        await(commands.send(Request.cmd(Command.PING)));
    }

    @Test
    void limitIsConfigurableAndReadyAwaitsPlace() {
        RedisSettings ten = RedisSettings.of(redis.url()).withMaxWaitingCommands(10);
        RedisCommands narrow = await(RedisCommands.connect(vertx, ten, traces.openTelemetry()));
        AtomicInteger answered = new AtomicInteger();
        List<Future<Response>> all = IntStream.range(0, 1_000)
                .mapToObj(i -> pingWhenReady(narrow).onSuccess(pong -> answered.incrementAndGet()))
                .toList();
        await(Future.all(all));
        assertThat(answered).hasValue(1_000);
    }

    private static Future<Response> pingWhenReady(RedisCommands commands) {
        return commands.ready()
                .compose(v -> commands.send(Request.cmd(Command.PING)))
                .recover(cause -> cause instanceof TooManyCommandsException
                        ? pingWhenReady(commands)
                        : Future.failedFuture(cause));
    }

    @Test
    void busyWorkerKeepsConnection() {
        CountDownLatch released = new CountDownLatch(1);
        CountDownLatch busy = new CountDownLatch(1);
        Promise<Response> answered = Promise.promise();
        vertx.deployVerticle(
                new VerticleBase() {
                    @Override
                    public Future<?> start() {
                        return RedisCommands.connect(vertx, impatient(), traces.openTelemetry())
                                .onSuccess(own -> {
                                    own.run(COUNT, KEYS, List.of(1, "")).onComplete(answered);
                                    busy.countDown();
                                    awaitLatch(released);
                                });
                    }
                },
                new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER));
        awaitLatch(busy);
        String before = clients();

        await(vertx.timer(2 * SECOND.toMillis()));

        assertThat(clients()).isEqualTo(before);
        released.countDown();
        assertThat(await(answered.future()).get(0).toInteger()).isEqualTo(1);
    }

    @Test
    void repliesArriveOnCallersContext() {
        Promise<Boolean> same = Promise.promise();
        vertx.runOnContext(v -> {
            var caller = Vertx.currentContext();
            count(1).onComplete(reply -> same.complete(Vertx.currentContext() == caller));
        });
        assertThat(await(same.future())).isTrue();
    }

    @Test
    void connectFailsWithAddressAndReason() {
        redis.kill();
        assertThatThrownBy(() -> connect(redis.port()))
                .isInstanceOf(RedisUnavailableException.class)
                .hasMessageContaining("redis://127.0.0.1:" + redis.port())
                .hasMessageContaining("refused");
    }

    private Future<Response> count(int amount) {
        return commands.run(COUNT, KEYS, List.of(amount, ""));
    }

    private RedisCommands connect(int port) {
        return await(
                RedisCommands.connect(vertx, RedisSettings.of("redis://127.0.0.1:" + port), traces.openTelemetry()));
    }

    private RedisCommands connectImpatiently() {
        return await(RedisCommands.connect(vertx, impatient(), traces.openTelemetry()));
    }

    /** Short timeouts, to detect quickly that Redis hangs. */
    private RedisSettings impatient() {
        return RedisSettings.of(redis.url()).withTimeouts(Duration.ofSeconds(5), SECOND);
    }

    /** Returns the ids of Redis' connections, without the one of this call. */
    private String clients() {
        return ((String) redis.cli("CLIENT", "LIST"))
                .lines()
                .filter(line -> !line.contains("cmd=client"))
                .map(line -> line.split(" ")[0])
                .toList()
                .toString();
    }

    private Attributes database(String operation) {
        return Attributes.builder()
                .put("db.system.name", "redis")
                .put("db.namespace", "0")
                .put("db.operation.name", operation)
                .put("server.address", "127.0.0.1")
                .put("server.port", redis.port())
                .put("network.peer.address", "127.0.0.1")
                .put("network.peer.port", redis.port())
                .build();
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            if (!latch.await(20, SECONDS)) {
                throw new AssertionError("not released within 20 s");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
