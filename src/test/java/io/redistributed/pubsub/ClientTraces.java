package io.redistributed.pubsub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.redistributed.context.TraceCodec;
import io.redistributed.context.WireFormat;
import io.redistributed.testing.RedisCli;
import io.redistributed.testing.RedisServer;
import io.redistributed.testing.Traces;
import io.redistributed.testing.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;

/** For the tests of decorators: the messages that handlers got, and the spans around them. */
public final class ClientTraces implements AutoCloseable {

    public static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");
    public static final AttributeKey<Long> RECEIVERS = AttributeKey.longKey("redistributed.receivers");

    private static final int BINARY_HEADER = 29;
    private static final byte[] HEADER =
            HexFormat.of().parseHex("00004bf92f3577b34da6a3ce929d000e47360134f067aa0ba902b70201");

    private final Traces traces = new Traces();
    private final BlockingQueue<Received> inbox = new LinkedBlockingQueue<>();

    /** @param spanId the span that was current in the handler */
    private record Received(String channel, String body, String spanId) {}

    /** Writes the format to all channels but those that begin with {@code plain}, which are not traced. */
    public RedisPubSubTelemetry telemetry(WireFormat format) {
        return RedisPubSubTelemetry.builder(traces.openTelemetry())
                .setPolicies(ChannelPolicies.of(new ChannelPolicy("*", format, Relation.PARENT)))
                .setChannelFilter(channel -> !channel.startsWith("plain"))
                .build();
    }

    /** Reads both formats and writes none. */
    public RedisPubSubTelemetry defaults() {
        return RedisPubSubTelemetry.create(traces.openTelemetry());
    }

    /** To be called by handlers. */
    public void received(String channel, String body) {
        inbox.add(new Received(channel, body, Span.current().getSpanContext().getSpanId()));
    }

    /** To be called by handlers. */
    public void received(byte[] channel, byte[] body) {
        received(new String(channel, UTF_8), new String(body, UTF_8));
    }

    /** Waits for the next message, which must be this one. */
    public void awaitMessage(String channel, String body) {
        next(channel, body);
    }

    private Received next(String channel, String body) {
        try {
            Received next = inbox.poll(60, SECONDS);
            assertThat(next).as("a message on " + channel).isNotNull();
            assertThat(next.channel()).isEqualTo(channel);
            assertThat(next.body()).isEqualTo(body);
            return next;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits for the message and its two spans, which must be one trace below {@code publisher}, and forgets them. */
    public void awaitTrace(String channel, String body) {
        awaitTrace(channel, channel, body);
    }

    public void awaitTrace(String channel, String destination, String body) {
        Received handled = next(channel, body);
        SpanData process = traces.span("process " + destination);
        SpanData publish = traces.span("publish " + destination);
        assertThat(process.getKind()).isEqualTo(SpanKind.CONSUMER);
        assertThat(process.getParentSpanId()).isEqualTo(publish.getSpanId());
        assertThat(process.getTraceId()).isEqualTo(publish.getTraceId());
        assertThat(process.getSpanId()).isEqualTo(handled.spanId());
        assertThat(publish.getKind()).isEqualTo(SpanKind.PRODUCER);
        assertThat(publish.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
        assertThat(publish.getAttributes().get(RECEIVERS)).isEqualTo(1);
        traces.reset();
    }

    /** Waits for a failed span, and forgets all. */
    public SpanData awaitError(String name) {
        SpanData span = traces.span(name);
        assertThat(span.getStatus().getStatusCode()).as(name).isEqualTo(StatusCode.ERROR);
        traces.reset();
        return span;
    }

    /** Waits for an ended span. */
    public SpanData span(String name) {
        return traces.span(name);
    }

    public List<SpanData> spans(String name) {
        return traces.spans(name);
    }

    public <T> T within(String name, Supplier<T> action) {
        return traces.within(name, action);
    }

    /** Nothing was received or recorded. */
    public void assertNothing() {
        assertThat(inbox).isEmpty();
        assertThat(traces.spans()).isEmpty();
    }

    /** Forgets the ended spans. */
    public void reset() {
        traces.reset();
    }

    public long consumed() {
        return traces.metric("messaging.client.consumed.messages")
                .map(metric -> metric.getLongSumData().getPoints().stream()
                        .mapToLong(LongPointData::getValue)
                        .sum())
                .orElse(0L);
    }

    /** Publishes bytes as they are. */
    public static void publishRaw(RedisServer redis, String channel, byte[] message) {
        try (RedisCli publisher = redis.connect()) {
            publisher.sendBytes(List.of("PUBLISH".getBytes(UTF_8), channel.getBytes(UTF_8), message));
            assertThat(publisher.read()).isEqualTo(1L);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The message has a header of 29 bytes with the span, and this body. */
    public static void assertHeader(byte[] message, SpanData span, String body) {
        assertThat(message).hasSize(BINARY_HEADER + body.getBytes(UTF_8).length);
        assertThat(TraceCodec.decode(message).spanContext().getSpanId()).isEqualTo(span.getSpanId());
        assertThat(TraceCodec.decode(message).bodyText()).isEqualTo(body);
    }

    /** A message with a header of another process. */
    public static byte[] withHeader(String body) {
        byte[] text = body.getBytes(UTF_8);
        byte[] message = new byte[BINARY_HEADER + text.length];
        System.arraycopy(HEADER, 0, message, 0, HEADER.length);
        System.arraycopy(text, 0, message, HEADER.length, text.length);
        return message;
    }

    /** Returns once Redis has that number of subscribers of the channel. */
    public static void awaitSubscribers(RedisServer redis, String channel, int count) {
        Waiting.eventually(() -> redis.cli("PUBSUB", "NUMSUB", channel).equals(List.of(channel, (long) count)));
    }

    @Override
    public void close() {
        traces.close();
    }

    /** Subscribed to {@code orders} (traced) and {@code plain} (not): messages of other programs arrive as they were sent. */
    public void assertMessagesOfOthers(RedisServer redis) {
        publishRaw(redis, "orders", "from redis-cli".getBytes(UTF_8));
        awaitMessage("orders", "from redis-cli");
        assertThat(span("process orders").getParentSpanContext().isValid()).isFalse();
        reset();

        publishRaw(redis, "orders", withHeader("from afar"));
        awaitMessage("orders", "from afar");
        assertThat(span("process orders").getTraceId()).isEqualTo("4bf92f3577b34da6a3ce929d000e4736");
        reset();

        publishRaw(redis, "plain", withHeader("left alone"));
        awaitMessage("plain", new String(withHeader("left alone"), UTF_8));
        assertNothing();
    }
}
