package io.redistributed;

import io.redistributed.config.ConfigFile;
import io.redistributed.system.Host;
import io.vertx.core.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code view}: runs the trace viewer alone. */
@Command(
        name = "view",
        description =
                "Shows the traces that other programs send, without Redis and workers: OTLP over HTTP and gRPC in,"
                        + " a page out.")
final class ViewCommand implements Callable<Integer> {

    private static final Logger log = LoggerFactory.getLogger(ViewCommand.class);

    private static final String CONFIG = "redistributed.verticles.1.config.";

    /** The addresses that stand for all of this machine. */
    private static final Set<String> ANY = Set.of("0.0.0.0", "::");

    @Option(names = "--host", paramLabel = "HOST", description = "Listen address (default: ${DEFAULT-VALUE}).")
    private String host = "127.0.0.1";

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "Port of the page and of OTLP over HTTP (default: ${DEFAULT-VALUE}).")
    private int port = 4318;

    @Option(
            names = "--grpc-port",
            paramLabel = "PORT",
            description = "Port of OTLP over gRPC (default: ${DEFAULT-VALUE}).")
    private int grpcPort = 4317;

    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            description = "Folder in which traces survive restarts (default: none, traces are in memory only).")
    private String data = "none";

    @Option(names = "--no-browser", description = "Does not open the page in a browser.")
    private boolean noBrowser;

    private ViewCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        return Main.run(
                (environment, properties) -> {
                    properties.put(CONFIG + "host", Json.encode(host));
                    properties.put(CONFIG + "port", String.valueOf(port));
                    properties.put(CONFIG + "grpcPort", String.valueOf(grpcPort));
                    properties.put("redistributed.tracing.data", Json.encode(data));
                    return ConfigFile.readViewer(environment, properties);
                },
                this::openPage);
    }

    /** The log has the address, so a browser that does not start is no failure. */
    private void openPage() {
        String url = "http://" + (ANY.contains(host) ? "localhost" : Host.inUrl(host)) + ":" + port + "/";
        List<String> command = browser(System.getProperty("os.name").toLowerCase(Locale.ROOT));
        if (noBrowser || command.isEmpty()) {
            return;
        }
        try {
            List<String> line = new ArrayList<>(command);
            line.add(url);
            new ProcessBuilder(line)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            log.debug("No browser could be started: {}", e.getMessage());
        }
    }

    /** Returns the command that opens a URL; empty if there is no desktop. */
    private static List<String> browser(String system) {
        if (system.contains("mac")) {
            return List.of("open");
        }
        if (system.contains("windows")) {
            return List.of("rundll32", "url.dll,FileProtocolHandler");
        }
        boolean hasDesktop = System.getenv("DISPLAY") != null || System.getenv("WAYLAND_DISPLAY") != null;
        return hasDesktop ? List.of("xdg-open") : List.of();
    }
}
