package io.redistributed.javaagent;

import io.opentelemetry.sdk.autoconfigure.spi.AutoConfigurationCustomizer;
import io.opentelemetry.sdk.autoconfigure.spi.AutoConfigurationCustomizerProvider;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import java.util.Map;

/**
 * Makes keys of the agent's configuration file system properties. The hooks run in the class loader of the Redis client,
 * which sees those, but not the agent's configuration.
 */
public final class PropertiesBridge implements AutoConfigurationCustomizerProvider {

    @Override
    public void customize(AutoConfigurationCustomizer customizer) {
        customizer.addPropertiesCustomizer(PropertiesBridge::publish);
    }

    private static Map<String, String> publish(ConfigProperties config) {
        for (String key : AgentSettings.KEYS) {
            String property = AgentSettings.PREFIX + key;
            String value = config.getString(property);
            if (value != null) {
                System.setProperty(property, value);
            }
        }
        return Map.of();
    }
}
