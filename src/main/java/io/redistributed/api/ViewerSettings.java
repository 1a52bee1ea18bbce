package io.redistributed.api;

import io.redistributed.api.http.HostNames;
import io.redistributed.api.http.ServerTls;
import io.redistributed.settings.Settings;

/**
 * The {@code config} of a {@link ViewerVerticle}.
 *
 * @param host listen address, default 127.0.0.1; others need authentication
 * @param port of the page and of OTLP/HTTP, default 4318
 * @param grpcPort of OTLP/gRPC, default 4317
 * @param hosts host names in addition to IP addresses and localhost, default none
 * @param tls default none
 */
record ViewerSettings(String host, int port, int grpcPort, HostNames hosts, ServerTls tls) {

    static ViewerSettings from(Settings settings) {
        settings.allowing("host", "port", "grpcPort", HostNames.KEY, ServerTls.KEY);
        String host = settings.string("host", "127.0.0.1");
        return new ViewerSettings(
                host,
                settings.integer("port", 4318, 0, 65_535),
                settings.integer("grpcPort", 4317, 0, 65_535),
                HostNames.from(settings, host),
                ServerTls.from(settings));
    }
}
