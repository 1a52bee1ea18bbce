package io.redistributed.api;

import io.redistributed.api.http.HostNames;
import io.redistributed.api.http.ServerTls;
import io.redistributed.settings.Settings;

/**
 * The {@code config} of an {@link HttpVerticle}.
 *
 * @param host listen address, default 127.0.0.1; others need authentication
 * @param port default 8080; 0 for any free port
 * @param maxBodyBytes limit of a request body other than a raw input, default 32 MiB
 * @param maxInputBytes limit of the raw input of a report, default 256 MiB
 * @param maxConnections limit for all instances together, default 8192
 * @param http2 whether to serve HTTP/2 in place of HTTP/1.1, default false
 * @param hosts host names of the service in addition to IP addresses and localhost, default none
 * @param tls default none
 */
record HttpSettings(
        String host,
        int port,
        int maxBodyBytes,
        int maxInputBytes,
        int maxConnections,
        boolean http2,
        HostNames hosts,
        ServerTls tls) {

    private static final int MIB = 1 << 20;

    static HttpSettings from(Settings settings) {
        settings.allowing(
                "host",
                "port",
                "maxBodyBytes",
                "maxInputBytes",
                "maxConnections",
                "http2",
                HostNames.KEY,
                ServerTls.KEY);
        String host = settings.string("host", "127.0.0.1");
        return new HttpSettings(
                host,
                settings.integer("port", 8080, 0, 65_535),
                settings.integer("maxBodyBytes", 32 * MIB, 1, 256 * MIB),
                settings.integer("maxInputBytes", 256 * MIB, 1, 1024 * MIB),
                settings.integer("maxConnections", 8192, 16, 1_000_000),
                settings.flag("http2", false),
                HostNames.from(settings, host),
                ServerTls.from(settings));
    }
}
