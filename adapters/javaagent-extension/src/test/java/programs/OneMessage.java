package programs;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;

/** Argument: the port of a server. */
public final class OneMessage {

    private OneMessage() {}

    /** Publishes one message to itself, and one to a plain socket, which prints it. */
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
        commands.publish("text", "body");
        Program.await("text", "body");
        Program.printWire(port, "wire", () -> commands.publish("wire", "body"));
        client.shutdown();
    }
}
