import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.redistributed.context.DecodedMessage;
import io.redistributed.context.MessageContext;
import io.redistributed.context.TraceCodec;
import io.redistributed.context.WireFormat;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import redis.clients.jedis.BinaryJedisPubSub;
import redis.clients.jedis.Jedis;

/** Messages that carry the trace, with spans made by hand. */
class TracedJedis {

    private final Tracer tracer;

    TracedJedis(Tracer tracer) {
        this.tracer = tracer;
    }

    void publish(Jedis jedis, byte[] channel, byte[] payload) {
        Span span = tracer.spanBuilder("publish").setSpanKind(SpanKind.PRODUCER).startSpan();
        try (Scope scope = span.makeCurrent()) {
            MessageContext context = MessageContext.of(Context.current());
            jedis.publish(channel, TraceCodec.encode(WireFormat.BINARY, context, payload));
        } finally {
            span.end();
        }
    }

    BinaryJedisPubSub subscriber(Consumer<ByteBuffer> handler) {
        return new BinaryJedisPubSub() {
            @Override
            public void onMessage(byte[] channel, byte[] message) {
                DecodedMessage decoded = TraceCodec.decode(message);
                Span span = tracer.spanBuilder("process")
                        .setSpanKind(SpanKind.CONSUMER)
                        .setParent(decoded.extractInto(Context.root()))
                        .startSpan();
                try (Scope scope = span.makeCurrent()) {
                    handler.accept(decoded.body());
                } finally {
                    span.end();
                }
            }
        };
    }
}
