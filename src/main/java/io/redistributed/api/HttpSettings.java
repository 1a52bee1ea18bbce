package io.redistributed.api;

import io.redistributed.settings.Settings;

/**
 * The {@code config} of an {@link HttpVerticle}.
 *
 * @param host address to listen on, default 127.0.0.1: the API asks nobody who he is
 * @param port default 8080; 0 for any that is free
 * @param maxBodyBytes longest request body, default 32 MiB
 */
record HttpSettings(String host, int port, int maxBodyBytes) {

    private static final int MIB = 1 << 20;

    static HttpSettings from(Settings settings) {
        settings.allowing("host", "port", "maxBodyBytes");
        return new HttpSettings(
                settings.string("host", "127.0.0.1"),
                settings.integer("port", 8080, 0, 65_535),
                settings.integer("maxBodyBytes", 32 * MIB, 1, 256 * MIB));
    }
}
