package programs;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.HexFormat;

/** Arguments: the port of a server, and a message with a header in hex, whose body is {@code body}. */
public final class ManyChannels {

    /** The names that have spans of their own; later channels share one. */
    private static final int CHANNELS = 1_000;

    private ManyChannels() {}

    /** Receives the message, publishes on many channels, and prints what arrives on {@code orders} and {@code plain}. */
    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[0]);
        RedisClient client = RedisClient.create(RedisURI.create("127.0.0.1", port));
        RedisCommands<String, String> commands = client.connect().sync();
        StatefulRedisPubSubConnection<String, String> subscriber = client.connectPubSub();
        subscriber.addListener(new RedisPubSubAdapter<String, String>() {
            @Override
            public void message(String channel, String message) {
                Program.arrived(channel, message.getBytes(UTF_8));
            }
        });
        subscriber.sync().subscribe("text");
        Program.publishRaw(port, "text", HexFormat.of().parseHex(arguments[1]));
        Program.await("text", "body");
        for (int i = 0; i < CHANNELS; i++) {
            commands.publish("many." + i, "body");
        }
        Program.printWire(port, "orders", () -> commands.publish("orders", "body"));
        Program.printWire(port, "plain", () -> commands.publish("plain", "body"));
        client.shutdown();
    }
}
