package io.redistributed.api;

import io.redistributed.settings.Settings;

/**
 * The {@code config} of a {@link MetricsVerticle}.
 *
 * @param host address to listen on, default 127.0.0.1
 * @param port default 9464, as OpenTelemetry has it; 0 for any that is free
 */
record MetricsSettings(String host, int port) {

    static MetricsSettings from(Settings settings) {
        settings.allowing("host", "port");
        return new MetricsSettings(settings.string("host", "127.0.0.1"), settings.integer("port", 9464, 0, 65_535));
    }
}
