package io.redistributed.cli;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The command {@code trace}: prints a trace as a tree, and where its time went. */
@Command(
        name = "trace",
        description = "Prints a trace as a tree with durations, and what the time on its critical path was spent on.")
public final class TraceCommand extends ServiceCommand {

    @ArgGroup
    private TraceBackend backend = new TraceBackend();

    @Parameters(paramLabel = "ID", description = "Trace id: 32 hex digits.")
    private String traceId;

    @Override
    void run(ReportClient client, PrintWriter out) throws IOException, InterruptedException {
        TraceSource source = backend.source(this, client);
        JsonObject trace = source.trace(traceId);
        if (trace.containsKey(TempoClient.WARNING)) {
            out.println("warning: " + Printable.of(trace.getString(TempoClient.WARNING)));
        }
        out.print(TraceTree.of(trace, Glyphs.ofTerminal()));
        out.print(CriticalPath.of(trace));
    }
}
