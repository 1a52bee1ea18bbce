package io.redistributed.cli;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code trace}: prints a trace as a tree, and where its time went. */
@Command(
        name = "trace",
        description = "Prints a trace as a tree with durations, and what the time on its critical path was spent on.")
public final class TraceCommand extends ServiceCommand {

    @Option(names = "--jaeger", paramLabel = "URL", description = "Asks the query service of a Jaeger.")
    private String jaeger;

    @Parameters(paramLabel = "ID", description = "Trace id: 32 hex digits.")
    private String traceId;

    @Override
    void run(ReportClient client, PrintWriter out) throws IOException, InterruptedException {
        TraceSource source = jaeger == null ? client : new JaegerClient(clientOf("--jaeger", jaeger));
        JsonObject trace = source.trace(traceId);
        out.print(TraceTree.of(trace, Glyphs.ofTerminal()));
        out.print(CriticalPath.of(trace));
    }
}
