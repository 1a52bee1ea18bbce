package io.redistributed.cli;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code traces}: lists the latest traces of a running service, a Jaeger or a Tempo. */
@Command(name = "traces", description = "Lists the latest traces: id, duration, spans, failed spans, name.")
public final class TracesCommand extends ServiceCommand {

    private static final Duration PAUSE = Duration.ofSeconds(1);

    @ArgGroup
    private TraceBackend backend = new TraceBackend();

    @Option(names = "--service", paramLabel = "NAME", description = "Only traces with a span of this service.")
    private String service;

    @Option(names = "--operation", paramLabel = "NAME", description = "Only traces with a span of this name.")
    private String operation;

    @Option(
            names = "--attribute",
            paramLabel = "KEY=VALUE",
            description = "Only traces with a span that has this attribute. Can be repeated.")
    private Map<String, String> attributes = new LinkedHashMap<>();

    @Option(names = "--failed", description = "Only traces with a failed span.")
    private boolean failed;

    @Option(names = "--min-duration", paramLabel = "DURATION", description = "Only traces of at least this duration.")
    private String minDuration;

    @Option(names = "--limit", paramLabel = "N", description = "Number of traces (default: ${DEFAULT-VALUE}).")
    private int limit = 20;

    @Option(names = "--follow", description = "Prints new traces as they arrive, until Ctrl-C.")
    private boolean follow;

    @Override
    void run(ReportClient client, PrintWriter out) throws IOException, InterruptedException {
        TraceSource source = backend.source(this, client);
        TraceSource.Search search = new TraceSource.Search(service, operation, attributes, failed, minDuration, limit);
        Set<String> printed = new HashSet<>();
        do {
            List<JsonObject> oldestFirst = new LinkedList<>();
            source.traces(search).forEach(trace -> oldestFirst.add(0, trace));
            for (JsonObject trace : oldestFirst) {
                if (printed.add(trace.getString("traceId"))) {
                    out.print(line(trace));
                }
            }
            out.flush();
            if (follow) {
                Thread.sleep(PAUSE.toMillis());
            }
        } while (follow);
    }

    private static String line(JsonObject trace) {
        int errors = trace.getInteger("errors");
        return "%s  %9s  %5s spans  %9s  %s  (%s)%n"
                .formatted(
                        trace.getString("traceId"),
                        Durations.text(Duration.ofNanos(1_000 * trace.getLong("durationMicros"))),
                        Objects.requireNonNullElse(trace.getInteger("spans"), "?"),
                        errors == 0 ? "" : errors + " failed",
                        Printable.of(trace.getString("name")),
                        Printable.of(String.join(
                                ", ",
                                trace.getJsonArray("services").stream()
                                        .map(String::valueOf)
                                        .toList())));
    }
}
