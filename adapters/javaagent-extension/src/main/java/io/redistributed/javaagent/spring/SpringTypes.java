package io.redistributed.javaagent.spring;

import io.opentelemetry.javaagent.extension.ignore.IgnoredTypesBuilder;
import io.opentelemetry.javaagent.extension.ignore.IgnoredTypesConfigurer;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;

/** Lets the hooks into Spring Data Redis, which the agent leaves out with most of Spring. */
public final class SpringTypes implements IgnoredTypesConfigurer {

    @Override
    public void configure(IgnoredTypesBuilder types, ConfigProperties config) {
        configure(types);
    }

    /** The form that newer agents call. */
    public void configure(IgnoredTypesBuilder types) {
        types.allowClass("org.springframework.data.redis.connection.");
        types.allowClass("org.springframework.data.redis.listener.");
    }
}
