import static java.nio.charset.StandardCharsets.UTF_8;

import io.opentelemetry.api.OpenTelemetry;
import io.redistributed.context.DecodedMessage;
import io.redistributed.pubsub.ChannelPolicies;
import io.redistributed.pubsub.RedisPubSubTelemetry;
import java.util.function.Consumer;
import redis.clients.jedis.BinaryJedisPubSub;
import redis.clients.jedis.Jedis;

/** Messages that carry the trace, through a client that the library does not know. */
class TracedJedis {

    private final RedisPubSubTelemetry telemetry;

    TracedJedis(OpenTelemetry openTelemetry) {
        telemetry = RedisPubSubTelemetry.builder(openTelemetry)
                .setPolicies(ChannelPolicies.BINARY)
                .build();
    }

    long publish(Jedis jedis, String channel, byte[] body) {
        return telemetry.publish(channel, body, message -> jedis.publish(channel.getBytes(UTF_8), message));
    }

    BinaryJedisPubSub subscriber(Consumer<DecodedMessage> handler) {
        return new BinaryJedisPubSub() {
            @Override
            public void onMessage(byte[] channel, byte[] message) {
                telemetry.process(new String(channel, UTF_8), message, handler);
            }
        };
    }
}
