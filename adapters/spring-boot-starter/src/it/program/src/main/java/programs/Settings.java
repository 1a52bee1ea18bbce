package programs;

import java.util.stream.Stream;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.data.redis.connection.RedisConnectionFactory;

/** Starts with one property after the other, and says what becomes of it. */
@EnableAutoConfiguration
public class Settings {

    /** Arguments: the port of Redis. Properties are separated by commas. */
    public static void main(String[] arguments) {
        for (String properties : new String[] {
            "redistributed.channels[0].match=a,redistributed.channels[0].write=bianry",
            "redistributed.channels[0].write=binary",
            "redistributed.channels[0].macth=a",
            "redistributed.exclude-channels[0]=",
            "redistributed.enabled=nein",
            "redistributed.enabled=false",
            "redistributed.channels[0].match=a,redistributed.channels[0].write=BINARY",
        }) {
            System.out.println("START|" + properties);
            try (ConfigurableApplicationContext context = SpringApplication.run(
                    Settings.class,
                    Stream.concat(
                                    Stream.of(arguments),
                                    Stream.of(properties.split(",")).map(property -> "--" + property))
                            .toArray(String[]::new))) {
                System.out.println("STARTED|"
                        + context.getBean(RedisConnectionFactory.class)
                                .getClass()
                                .getSimpleName());
            } catch (RuntimeException e) {
                System.out.println("FAILED");
            }
        }
    }
}
