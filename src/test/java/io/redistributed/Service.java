package io.redistributed;

import io.redistributed.config.Application;
import io.redistributed.config.ConfigException;
import io.redistributed.config.ConfigFile;
import io.redistributed.testing.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The service in this process, started from the text of a configuration file. */
final class Service implements AutoCloseable {

    private final Application application;
    private final int port;

    private Service(Application application, int port) {
        this.application = application;
        this.port = port;
    }

    /** @param yaml in which {@code PORT} stands for a free port */
    static Service start(String yaml) {
        return start(yaml, Map.of());
    }

    /** @param environment variables, of which there are no others */
    static Service start(String yaml, Map<String, String> environment) {
        int port = Ports.free();
        try {
            Path file = Files.createTempFile("redistributed", ".yaml");
            try {
                Files.writeString(file, yaml.replace("PORT", String.valueOf(port)));
                return new Service(Application.start(ConfigFile.read(file, environment, Map.of()), "1.2.3"), port);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ConfigException e) {
            throw new IllegalArgumentException(e);
        }
    }

    int port() {
        return port;
    }

    ApiClient client() {
        return new ApiClient(port);
    }

    @Override
    public void close() {
        application.close();
    }
}
