package io.redistributed.spring;

import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.redistributed.pubsub.RedisPubSubTelemetry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.util.function.SingletonSupplier;

/**
 * Traces Redis Pub/Sub messages of Spring Data Redis. Beans are lazy: they are made when a connection first publishes or
 * subscribes, so that connection factories, which are made early, need none of them.
 *
 * <p>Spans go to the program's Micrometer tracer; if that is built on OpenTelemetry, or there is none, to the
 * {@link OpenTelemetry} bean; if there is none, to {@link GlobalOpenTelemetry}, which the Java agent sets.
 *
 * <p>A {@link RedisPubSubTelemetry} bean of the program takes the place of the one that the properties describe.
 */
@AutoConfiguration
@ConditionalOnClass(RedisConnectionFactory.class)
@ConditionalOnProperty(name = "redistributed.enabled", matchIfMissing = true)
@EnableConfigurationProperties(RedistributedProperties.class)
public final class RedistributedAutoConfiguration {

    RedistributedAutoConfiguration() {}

    @Bean
    static ConnectionFactoryPostProcessor redistributedConnectionFactoryPostProcessor(
            ObjectProvider<MessageTracing> tracing) {
        return new ConnectionFactoryPostProcessor(SingletonSupplier.of(tracing::getObject));
    }

    @Bean
    @Lazy
    MessageTracing redistributedMessageTracing(RedisPubSubTelemetry telemetry, TraceSource source) {
        return new MessageTracing(telemetry, source.currentTrace());
    }

    @Bean
    @Lazy
    @ConditionalOnMissingBean
    RedisPubSubTelemetry redisPubSubTelemetry(RedistributedProperties properties, TraceSource source) {
        return RedisPubSubTelemetry.builder(source.openTelemetry())
                .setPolicies(properties.policies())
                .setChannelFilter(properties.channelFilter())
                .build();
    }

    private static TraceSource openTelemetry(ObjectProvider<OpenTelemetry> beans) {
        return TraceSource.of(beans.getIfUnique(GlobalOpenTelemetry::get));
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(Tracer.class)
    static class WithMicrometer {

        @Bean
        @Lazy
        TraceSource redistributedTraceSource(
                ObjectProvider<Tracer> tracers,
                ObjectProvider<Propagator> propagators,
                ObjectProvider<OpenTelemetry> openTelemetries) {
            Tracer tracer = tracers.getIfUnique(() -> Tracer.NOOP);
            if (tracer == Tracer.NOOP) {
                return openTelemetry(openTelemetries);
            }
            if (isOnOpenTelemetry(tracer)) {
                return new TraceSource(openTelemetry(openTelemetries).openTelemetry(), new BridgeTrace(tracer));
            }
            Propagator propagator = propagators.getIfUnique(() -> Propagator.NOOP);
            return new TraceSource(
                    new MicrometerTelemetry(tracer, propagator), new MicrometerTrace(tracer, propagator));
        }

        private static boolean isOnOpenTelemetry(Tracer tracer) {
            return tracer.getClass().getName().startsWith("io.micrometer.tracing.otel.");
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnMissingClass("io.micrometer.tracing.Tracer")
    static class WithoutMicrometer {

        @Bean
        @Lazy
        TraceSource redistributedTraceSource(ObjectProvider<OpenTelemetry> openTelemetries) {
            return openTelemetry(openTelemetries);
        }
    }
}
