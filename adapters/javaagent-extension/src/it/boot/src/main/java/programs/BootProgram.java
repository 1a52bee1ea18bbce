package programs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.listener.ChannelTopic;
import org.springframework.data.redis.listener.PatternTopic;
import org.springframework.data.redis.listener.RedisMessageListenerContainer;
import org.springframework.data.redis.listener.adapter.MessageListenerAdapter;

/** Publishes and listens once in each way that Spring Data Redis has. */
@SpringBootApplication
public class BootProgram {

    private static final Map<String, BlockingQueue<String>> ARRIVED = new ConcurrentHashMap<>();

    public static void main(String[] arguments) {
        SpringApplication.run(BootProgram.class, arguments).close();
        System.out.println("done");
    }

    @Bean
    RedisMessageListenerContainer container(RedisConnectionFactory connections) {
        RedisMessageListenerContainer container = new RedisMessageListenerContainer();
        container.setConnectionFactory(connections);
        container.addMessageListener(
                (message, pattern) -> handled(text(message.getChannel()), text(message.getBody())),
                new ChannelTopic("listener"));
        container.addMessageListener(
                (message, pattern) -> handled(text(message.getChannel()), text(message.getBody())),
                new PatternTopic("pattern.*"));
        MessageListenerAdapter adapter = new MessageListenerAdapter(new Delegate(), "receive");
        adapter.afterPropertiesSet();
        container.addMessageListener(adapter, new ChannelTopic("adapter"));
        container.addMessageListener(
                (message, pattern) -> {
                    handled(text(message.getChannel()), text(message.getBody()));
                    throw new IllegalStateException("thrown by the listener");
                },
                new ChannelTopic("failing"));
        return container;
    }

    @Bean
    CommandLineRunner run(StringRedisTemplate template, ObjectProvider<ReactiveStringRedisTemplate> reactive) {
        return arguments -> {
            blocking(template);
            pattern(template);
            adapter(template);
            failing(template);
            template.opsForValue().set("ordinary", "value");
            if (!"value".equals(template.opsForValue().get("ordinary"))) {
                throw new IllegalStateException("an ordinary key was changed");
            }
            ReactiveStringRedisTemplate there = reactive.getIfAvailable();
            if (there != null) {
                there.listenToChannelLater("reactive")
                        .block(Duration.ofSeconds(20))
                        .subscribe(message -> handled(message.getChannel(), message.getMessage()));
                reactive(there);
            }
        };
    }

    /** A listener without Spring's interface. */
    public static class Delegate {

        public void receive(String body) {
            handled("adapter", body);
            throw new IllegalStateException("thrown by the delegate");
        }
    }

    public static void handled(String channel, String body) {
        queue(channel).add(body);
    }

    public static void blocking(StringRedisTemplate template) throws Exception {
        template.convertAndSend("listener", "täxt");
        await("listener", "täxt");
    }

    public static void pattern(StringRedisTemplate template) throws Exception {
        template.convertAndSend("pattern.1", "body");
        await("pattern.1", "body");
    }

    public static void adapter(StringRedisTemplate template) throws Exception {
        template.convertAndSend("adapter", "body");
        await("adapter", "body");
    }

    public static void failing(StringRedisTemplate template) throws Exception {
        template.convertAndSend("failing", "body");
        await("failing", "body");
    }

    public static void reactive(ReactiveStringRedisTemplate template) throws Exception {
        template.convertAndSend("reactive", "body").block(Duration.ofSeconds(20));
        await("reactive", "body");
    }

    private static void await(String channel, String expected) throws Exception {
        String body = queue(channel).poll(20, TimeUnit.SECONDS);
        if (!expected.equals(body)) {
            throw new IllegalStateException("on " + channel + " arrived " + body + " instead of " + expected);
        }
    }

    private static BlockingQueue<String> queue(String channel) {
        return ARRIVED.computeIfAbsent(channel, name -> new LinkedBlockingQueue<>());
    }

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }
}
