package io.redistributed.api;

import io.redistributed.api.http.HostNames;
import io.redistributed.api.http.ServerTls;
import io.redistributed.settings.Settings;

/**
 * The {@code config} of a {@link MetricsVerticle}.
 *
 * @param host listen address, default 127.0.0.1
 * @param port default 9464, the default of OpenTelemetry; 0 for any free port
 * @param hosts host names of the service in addition to IP addresses and localhost, default none
 * @param tls default none
 */
record MetricsSettings(String host, int port, HostNames hosts, ServerTls tls) {

    static MetricsSettings from(Settings settings) {
        settings.allowing("host", "port", HostNames.KEY, ServerTls.KEY);
        String host = settings.string("host", "127.0.0.1");
        return new MetricsSettings(
                host,
                settings.integer("port", 9464, 0, 65_535),
                HostNames.from(settings, host),
                ServerTls.from(settings));
    }
}
