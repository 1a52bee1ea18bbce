package io.redistributed.system;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The attributes of this host by OpenTelemetry's <a href="https://opentelemetry.io/docs/specs/semconv/resource/host/">conventions</a>. Looked up once. On Linux the lookup reads a small file; elsewhere it may take {@value #LOOKUP_SECONDS} seconds, so make the first call off the event loops.
 */
public final class Host {

    private static final int LOOKUP_SECONDS = 2;
    private static final int MAX_BYTES = 4096;
    private static final Pattern IOREG_ID = Pattern.compile("\"IOPlatformUUID\" = \"([^\"]+)\"");

    private static final Optional<String> NAME = line("/proc/sys/kernel/hostname")
            // This call queries a name server, which may not respond.
            .or(() -> within(() -> InetAddress.getLocalHost().getHostName()))
            .or(() -> Optional.ofNullable(System.getenv("HOSTNAME")))
            .filter(name -> !name.isBlank());

    private static final Optional<String> ID = line("/etc/machine-id")
            .or(() -> line("/var/lib/dbus/machine-id"))
            .or(() -> isMac() ? within(Host::ioreg) : Optional.empty());

    private Host() {}

    /** Returns a host name or an address as it is in a URL: an IPv6 address in brackets. */
    public static String inUrl(String host) {
        return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    }

    /** Returns {@code host.name}, as the host itself is configured, with or without a domain. */
    public static Optional<String> name() {
        return NAME;
    }

    /** Returns {@code host.id}: the machine id on Linux, the platform's UUID on macOS; else empty. */
    public static Optional<String> id() {
        return ID;
    }

    private static Optional<String> line(String file) {
        try (InputStream in = LocalFiles.open(Path.of(file))) {
            String text = new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
            // systemd writes "uninitialized" during the first boot.
            return Optional.of(text.strip()).filter(line -> !line.isEmpty() && !line.equals("uninitialized"));
        } catch (IOException absent) {
            return Optional.empty();
        }
    }

    private static boolean isMac() {
        return System.getProperty("os.name").startsWith("Mac");
    }

    private static String ioreg() throws IOException {
        Process ioreg = new ProcessBuilder("ioreg", "-rd1", "-c", "IOPlatformExpertDevice").start();
        try (InputStream in = ioreg.getInputStream()) {
            Matcher id = IOREG_ID.matcher(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            return id.find() ? id.group(1) : null;
        } finally {
            ioreg.destroy();
        }
    }

    /** Returns an empty value on failure or timeout; a thread that times out is not stopped. */
    private static Optional<String> within(Callable<String> lookup) {
        CompletableFuture<String> found = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        found.complete(lookup.call());
                    } catch (Exception e) {
                        found.completeExceptionally(e);
                    }
                },
                "host-lookup");
        thread.setDaemon(true);
        thread.start();
        try {
            return Optional.ofNullable(
                    found.orTimeout(LOOKUP_SECONDS, TimeUnit.SECONDS).join());
        } catch (CompletionException unknown) {
            return Optional.empty();
        }
    }
}
