package programs;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.tracing.MicrometerTracing;
import io.micrometer.observation.ObservationRegistry;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.data.redis.connection.MessageListener;
import org.springframework.data.redis.connection.ReactiveRedisConnection;
import org.springframework.data.redis.connection.ReactiveRedisConnectionFactory;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.RedisTemplate;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.listener.ChannelTopic;
import org.springframework.data.redis.listener.PatternTopic;
import org.springframework.data.redis.listener.ReactiveRedisMessageListenerContainer;
import org.springframework.data.redis.listener.RedisMessageListenerContainer;
import org.springframework.data.redis.listener.adapter.MessageListenerAdapter;
import org.springframework.data.redis.serializer.JdkSerializationRedisSerializer;
import reactor.core.Disposable;

/** Publishes and listens in each way that Spring Data Redis has. It knows nothing of the starter. */
@SpringBootApplication
public class Program {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Map<String, BlockingQueue<String>> ARRIVED = new ConcurrentHashMap<>();
    private static final BlockingQueue<Throwable> HANDLED = new LinkedBlockingQueue<>();

    /** Arguments: the port of Redis, and properties. */
    public static void main(String[] arguments) {
        try (ConfigurableApplicationContext context = SpringApplication.run(Program.class, arguments)) {
            new Scenarios(context).run();
        }
        System.out.println("DONE");
    }

    /** Spans of Redis commands, which Lettuce makes. */
    @Bean(destroyMethod = "shutdown")
    ClientResources resources(ObjectProvider<ObservationRegistry> registries) {
        ObservationRegistry registry = registries.getIfAvailable(() -> ObservationRegistry.NOOP);
        return ClientResources.builder()
                .tracing(new MicrometerTracing(registry, "redis"))
                .build();
    }

    @Bean
    RedisMessageListenerContainer container(RedisConnectionFactory connections) {
        RedisMessageListenerContainer container = new RedisMessageListenerContainer();
        container.setConnectionFactory(connections);
        container.addMessageListener(listener("lambda"), new ChannelTopic("orders.lambda"));
        container.addMessageListener(listener("lambda"), new ChannelTopic("orders.lambda"));
        container.addMessageListener(listener("pattern"), new PatternTopic("orders.pattern.*"));
        container.addMessageListener(listener("plain"), new ChannelTopic("plain"));
        container.addMessageListener(listener("session"), new ChannelTopic("spring:session:event"));
        container.addMessageListener(listener("envelope"), new ChannelTopic("envelope"));
        container.addMessageListener(listener("link"), new ChannelTopic("link"));
        container.addMessageListener(listener("propagate"), new ChannelTopic("propagate"));
        container.addMessageListener(listener("object"), new ChannelTopic("orders.object"));
        container.addMessageListener(listener("pipeline"), new ChannelTopic("orders.pipeline"));
        MessageListenerAdapter adapter = new MessageListenerAdapter(new Delegate(), "receive");
        adapter.afterPropertiesSet();
        container.addMessageListener(adapter, new ChannelTopic("orders.adapter"));
        container.addMessageListener(new Own(), new ChannelTopic("orders.own"));
        return container;
    }

    @Bean
    RedisMessageListenerContainer handling(RedisConnectionFactory connections) {
        RedisMessageListenerContainer container = new RedisMessageListenerContainer();
        container.setConnectionFactory(connections);
        container.setErrorHandler(HANDLED::add);
        container.addMessageListener(
                (message, pattern) -> {
                    arrived("failing", message.getBody());
                    throw new IllegalStateException("thrown by the listener");
                },
                new ChannelTopic("orders.failing"));
        return container;
    }

    /** Without Spring's interface. */
    public static class Delegate {

        public void receive(String body) {
            arrived("adapter", body.getBytes(UTF_8));
            throw new IllegalStateException("thrown by the delegate");
        }
    }

    /** An adapter that handles messages itself. */
    public static class Own extends MessageListenerAdapter {

        Own() {
            afterPropertiesSet();
        }

        public void handleMessage(String body, String channel) {
            arrived("own", (body + " on " + channel).getBytes(UTF_8));
            throw new IllegalStateException("thrown by the adapter");
        }
    }

    /** With a method for each of two channels. */
    public static class Changed {

        public void first(String body) {
            arrived("changed", body.getBytes(UTF_8));
        }

        public void second(String body) {
            arrived("again", body.getBytes(UTF_8));
        }
    }

    private static MessageListener listener(String name) {
        return (message, pattern) -> arrived(name, message.getBody());
    }

    static void arrived(String name, byte[] body) {
        Trace.span("handled " + name, () -> {
            System.out.println("LOGGED|" + name + '|' + Trace.logged());
            queue(name).add(new String(body, UTF_8));
        });
    }

    private static BlockingQueue<String> queue(String name) {
        return ARRIVED.computeIfAbsent(name, key -> new LinkedBlockingQueue<>());
    }

    private static void await(String name, String expected) {
        try {
            String body = queue(name).poll(LONG.toSeconds(), TimeUnit.SECONDS);
            if (!expected.equals(body)) {
                throw new IllegalStateException("on " + name + " arrived " + body + " instead of " + expected);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What is published, and what arrives. */
    private static final class Scenarios {

        private final ConfigurableApplicationContext context;
        private final StringRedisTemplate template;
        private final RedisConnectionFactory connections;

        Scenarios(ConfigurableApplicationContext context) {
            this.context = context;
            this.template = context.getBean(StringRedisTemplate.class);
            this.connections = context.getBean(RedisConnectionFactory.class);
        }

        void run() {
            lambda();
            text("pattern", "orders.pattern.1");
            text("plain", "plain");
            text("session", "spring:session:event");
            text("link", "link");
            text("propagate", "propagate");
            text("adapter", "orders.adapter");
            text("failing", "orders.failing");
            handledError();
            changed();
            published("own", "orders.own", "body on orders.own", () -> template.convertAndSend("orders.own", "body"));
            published(
                    "envelope",
                    "envelope",
                    "täxt",
                    () -> Trace.withTenant(() -> template.convertAndSend("envelope", "täxt")));
            objects();
            later();
            ownContainer();
            keys();
            wire();
            ObjectProvider<ReactiveRedisConnectionFactory> reactive =
                    context.getBeanProvider(ReactiveRedisConnectionFactory.class);
            if (connections instanceof LettuceConnectionFactory) {
                pipeline();
                reactive(reactive.getObject());
            }
        }

        /** An adapter that is changed after its first message. */
        private void changed() {
            RedisMessageListenerContainer container = context.getBean("container", RedisMessageListenerContainer.class);
            Changed delegate = new Changed();
            MessageListenerAdapter adapter = new MessageListenerAdapter(delegate, "first");
            adapter.afterPropertiesSet();
            container.addMessageListener(adapter, new ChannelTopic("orders.changed"));
            text("changed", "orders.changed");
            if (adapter.getDelegate() != delegate) {
                throw new IllegalStateException("the delegate is " + adapter.getDelegate());
            }
            adapter.setDefaultListenerMethod("second");
            adapter.afterPropertiesSet();
            container.addMessageListener(adapter, new ChannelTopic("orders.changed.again"));
            text("again", "orders.changed.again");
            container.removeMessageListener(adapter);
        }

        private static void handledError() {
            try {
                if (HANDLED.poll(LONG.toSeconds(), TimeUnit.SECONDS) == null) {
                    throw new IllegalStateException("the error handler was not called");
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        private void text(String name, String channel) {
            published(name, channel, "täxt", () -> template.convertAndSend(channel, "täxt"));
        }

        /** Publishes, and waits until the listener has returned. */
        private static void published(String name, String channel, String expected, Runnable publish) {
            Trace.span("root " + name, () -> {
                publish.run();
                await(name, expected);
            });
            if (!channel.startsWith("spring:") && !channel.equals("propagate")) {
                Trace.awaitSpan("process " + channel);
            }
        }

        /** There are two listeners. */
        private void lambda() {
            text("lambda", "orders.lambda");
            await("lambda", "täxt");
        }

        /** Jedis has none for publishing. */
        private void pipeline() {
            RedisCallback<Object> publish =
                    connection -> connection.publish("orders.pipeline".getBytes(UTF_8), "täxt".getBytes(UTF_8));
            published("pipeline", "orders.pipeline", "täxt", () -> template.executePipelined(publish));
        }

        private void objects() {
            RedisTemplate<Object, Object> objects = new RedisTemplate<>();
            objects.setConnectionFactory(connections);
            objects.afterPropertiesSet();
            byte[] serialized = new JdkSerializationRedisSerializer().serialize(List.of(1, 2));
            published(
                    "object",
                    "orders.object",
                    new String(serialized, UTF_8),
                    () -> objects.convertAndSend("orders.object", List.of(1, 2)));
        }

        /** A listener that is added to a running container, and removed. */
        private void later() {
            RedisMessageListenerContainer container = context.getBean("container", RedisMessageListenerContainer.class);
            MessageListener later = listener("later");
            container.addMessageListener(later, new ChannelTopic("orders.later"));
            text("later", "orders.later");
            container.removeMessageListener(later);
            template.convertAndSend("orders.later", "no subscriber");
            lambda();
            if (!queue("later").isEmpty()) {
                throw new IllegalStateException("a listener that was removed got a message");
            }
        }

        /** A container that is no bean. */
        private void ownContainer() {
            RedisMessageListenerContainer container = new RedisMessageListenerContainer();
            container.setConnectionFactory(connections);
            container.addMessageListener(listener("private"), new ChannelTopic("orders.private"));
            container.afterPropertiesSet();
            container.start();
            text("private", "orders.private");
            close(container);
        }

        private void keys() {
            template.opsForValue().set("key", "täxt");
            try (Raw raw = new Raw(context)) {
                if (!"täxt".equals(raw.template.opsForValue().get("key"))) {
                    throw new IllegalStateException("a value was changed");
                }
            }
        }

        /** What a reader gets that knows nothing of headers. */
        private void wire() {
            try (Raw raw = new Raw(context)) {
                raw.publishAndPrint("plain", () -> template.convertAndSend("plain", "body"));
                raw.publishAndPrint(
                        "orders.wire",
                        () -> Trace.span("root wire", () -> template.convertAndSend("orders.wire", "body")));
            }
        }

        private void reactive(ReactiveRedisConnectionFactory factory) {
            ReactiveStringRedisTemplate reactive = context.getBean(ReactiveStringRedisTemplate.class);
            reactive.listenToChannelLater("orders.reactive")
                    .block(LONG)
                    .subscribe(
                            message -> arrived("reactive", message.getMessage().getBytes(UTF_8)));
            published("reactive", "orders.reactive", "täxt", () -> reactive.convertAndSend("orders.reactive", "täxt")
                    .block(LONG));
            ReactiveRedisMessageListenerContainer container = new ReactiveRedisMessageListenerContainer(factory);
            container
                    .receiveLater(PatternTopic.of("orders.flux.*"))
                    .block(LONG)
                    .subscribe(message -> arrived(
                            "flux " + message.getPattern(), message.getMessage().getBytes(UTF_8)));
            published(
                    "flux orders.flux.*",
                    "orders.flux.1",
                    "täxt",
                    () -> template.convertAndSend("orders.flux.1", "täxt"));
            container.destroy();
            if (reactive.opsForValue().set("key", "reactive").block(LONG) == null
                    || !"reactive".equals(template.opsForValue().get("key"))) {
                throw new IllegalStateException("a value was changed");
            }
            // The method of the class returns a class, not the interface.
            ReactiveRedisConnection connection =
                    context.getBean(LettuceConnectionFactory.class).getReactiveConnection();
            connection
                    .pubSubCommands()
                    .publish(ByteBuffer.wrap("plain".getBytes(UTF_8)), ByteBuffer.wrap("täxt".getBytes(UTF_8)))
                    .block(LONG);
            cancelled(connection);
        }

        /** Redis does not reply to a publish while writes are paused. */
        private void cancelled(ReactiveRedisConnection connection) {
            connection.ping().block(LONG);
            long before = clientsThatPublishedLast();
            client("PAUSE", "60000", "WRITE");
            Disposable publish = connection
                    .pubSubCommands()
                    .publish(
                            ByteBuffer.wrap("orders.cancelled".getBytes(UTF_8)),
                            ByteBuffer.wrap("täxt".getBytes(UTF_8)))
                    .subscribe();
            // Lettuce's own span fails if its command is cancelled before it was sent.
            while (clientsThatPublishedLast() == before) {
                Thread.onSpinWait();
            }
            publish.dispose();
            Trace.awaitSpan("publish orders.cancelled");
            client("UNPAUSE");
        }

        private long clientsThatPublishedLast() {
            return template.getClientList().stream()
                    .filter(client -> "publish".equals(client.getLastCommand()))
                    .count();
        }

        private void client(String... arguments) {
            byte[][] bytes =
                    Stream.of(arguments).map(each -> each.getBytes(UTF_8)).toArray(byte[][]::new);
            template.execute((RedisCallback<Object>) connection -> connection.execute("CLIENT", bytes));
        }

        private static void close(RedisMessageListenerContainer container) {
            try {
                container.destroy();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** A connection of which no bean knows. */
    private static final class Raw implements AutoCloseable {

        private final LettuceConnectionFactory connections;
        private final StringRedisTemplate template;

        Raw(ConfigurableApplicationContext context) {
            int port = context.getEnvironment().getRequiredProperty("spring.data.redis.port", Integer.class);
            connections = new LettuceConnectionFactory("localhost", port);
            connections.afterPropertiesSet();
            connections.start();
            template = new StringRedisTemplate(connections);
        }

        void publishAndPrint(String channel, Runnable publish) {
            RedisMessageListenerContainer container = new RedisMessageListenerContainer();
            container.setConnectionFactory(connections);
            container.addMessageListener(
                    (message, pattern) -> queue("wire").add(HexFormat.of().formatHex(message.getBody())),
                    new ChannelTopic(channel));
            container.afterPropertiesSet();
            container.start();
            publish.run();
            try {
                System.out.println("WIRE|" + channel + '|' + queue("wire").poll(LONG.toSeconds(), TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            Scenarios.close(container);
        }

        @Override
        public void close() {
            connections.destroy();
        }
    }
}
