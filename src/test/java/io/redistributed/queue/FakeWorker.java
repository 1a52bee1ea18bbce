package io.redistributed.queue;

import static io.redistributed.testing.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.redistributed.context.TraceCodec;
import io.redistributed.testing.RedisCli;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A worker controlled by the test: it sends no heartbeats and outcomes of its own. */
final class FakeWorker implements AutoCloseable {

    /** Of an attempt. */
    static final SpanContext SPAN = SpanContext.create(
            "4bf92f3577b34da6a3ce929d000e4736", "34f067aa0ba902b7", TraceFlags.getSampled(), TraceState.getDefault());

    final String name;

    private final QueueFixture fixture;
    private final WorkerConnection connection;
    private final WorkerQueue queue;
    private RedisCli subscription;
    private SortedMap<String, JsonObject> types = described(QueueFixture.TYPE);

    FakeWorker(QueueFixture fixture, WorkerConnection connection, String name) throws IOException {
        this.fixture = fixture;
        this.connection = connection;
        this.queue = connection.queue(name);
        this.name = name;
        listen();
    }

    void listen() throws IOException {
        subscription = new RedisCli(fixture.redis.port());
        subscription.call("SUBSCRIBE", queue.channel());
    }

    void unsubscribe() throws IOException {
        subscription.call("UNSUBSCRIBE", queue.channel());
        subscription.close();
    }

    /** Types of the next heartbeats. */
    FakeWorker has(String... names) {
        types = described(names);
        return this;
    }

    private static SortedMap<String, JsonObject> described(String... names) {
        SortedMap<String, JsonObject> types = new TreeMap<>();
        Stream.of(names).forEach(name -> types.put(name, new JsonObject()));
        return types;
    }

    /** A heartbeat that brings descriptions. */
    Heartbeat announce(int slots, SortedMap<String, JsonObject> described) {
        types = described;
        return fixture.get(() -> queue.heartbeat(slots, new JsonObject().put("name", name), 1, types, true, List.of()));
    }

    Heartbeat heartbeat(int slots, Attempt... inHand) {
        return tell(
                slots,
                Stream.of(inHand)
                        .map(attempt -> new RunningAttempt(
                                attempt.id(), attempt.number(), -1, false, false, SpanContext.getInvalid()))
                        .toArray(RunningAttempt[]::new));
    }

    Heartbeat tell(int slots, RunningAttempt... inHand) {
        return fixture.get(
                () -> queue.heartbeat(slots, new JsonObject().put("name", name), 1, types, false, List.of(inHand)));
    }

    Finished finish(Attempt attempt, AttemptOutcome outcome) {
        return finish(attempt, outcome, true);
    }

    Finished finish(Attempt attempt, AttemptOutcome outcome, boolean more) {
        return finish(attempt, outcome, SpanContext.getInvalid(), more);
    }

    Finished finish(Attempt attempt, AttemptOutcome outcome, SpanContext span, boolean more) {
        return await(startFinish(attempt, outcome, span, more));
    }

    Future<Finished> startFinish(Attempt attempt, AttemptOutcome outcome, SpanContext span, boolean more) {
        return fixture.start(() -> queue.finish(attempt, outcome, span, more));
    }

    Buffer input(Attempt attempt) {
        return await(askForInput(attempt));
    }

    Buffer chunk(Attempt attempt, int chunk) {
        return fixture.get(() -> queue.chunk(attempt, chunk));
    }

    Future<Buffer> askForInput(Attempt attempt) {
        return fixture.start(() -> queue.input(attempt));
    }

    void leave() {
        fixture.get(queue::leave);
    }

    /** The next published message. */
    Attempt next() throws IOException {
        return parse(message());
    }

    /** Returns the next published message, which must be of this report. */
    Attempt next(String id) throws IOException {
        Attempt attempt = next();
        assertThat(attempt.id()).isEqualTo(id);
        return attempt;
    }

    /** Returns its first report after a heartbeat, which registers a worker that counted as dead. */
    Attempt comeBack(int slots) {
        return attempt(heartbeat(slots).messages().get(0));
    }

    /** All that has been published and not been read yet. */
    List<Attempt> published() throws IOException {
        fixture.cli("PUBLISH", queue.channel(), "mark");
        List<Attempt> attempts = new ArrayList<>();
        for (String message = message(); !message.equals("mark"); message = message()) {
            attempts.add(parse(message));
        }
        return attempts;
    }

    void assertNothingPublished() throws IOException {
        assertThat(published()).isEmpty();
    }

    /** The message of a reply. */
    static Attempt attempt(Buffer message) {
        return Attempt.parse(message.slice(TraceCodec.decode(message.getBytes()).bodyOffset(), message.length()));
    }

    private String message() throws IOException {
        List<?> push = (List<?>) subscription.read();
        assertThat(push.get(0)).isEqualTo("message");
        return (String) push.get(2);
    }

    /** The header is not text, but the body after it can still be found. */
    private static Attempt parse(String message) {
        return Attempt.parse(Buffer.buffer(message.substring(message.indexOf("{\"id\""))));
    }

    @Override
    public void close() throws IOException {
        subscription.close();
        fixture.get(connection::close);
    }
}
