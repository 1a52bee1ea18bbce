package io.redistributed.pubsub;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** The version of this library. Not that of a jar's manifest, which in a program's fat jar is the program's. */
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
            // A scope without a version is better than no telemetry.
        }
        return properties.getProperty("version", "unknown");
    }
}
