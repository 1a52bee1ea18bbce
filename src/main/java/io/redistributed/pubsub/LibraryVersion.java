package io.redistributed.pubsub;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** Reads the version of this library from a resource, as the manifest of a fat jar has the program's version. */
final class LibraryVersion {

    static final String TEXT = read();

    private LibraryVersion() {}

    private static String read() {
        Properties properties = new Properties();
        try (InputStream in =
                LibraryVersion.class.getResourceAsStream("/META-INF/io/redistributed/version.properties")) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException e) {
            // Telemetry works without a version.
        }
        return properties.getProperty("version", "unknown");
    }
}
