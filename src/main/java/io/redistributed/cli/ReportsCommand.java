package io.redistributed.cli;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Objects;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code reports}: lists the latest reports of a running service. */
@Command(name = "reports", description = "Lists the latest reports: id, state, type, attempt, trace id, last error.")
public final class ReportsCommand extends ServiceCommand {

    @Option(names = "--failed", description = "Only failed reports.")
    private boolean failed;

    @Option(names = "--type", paramLabel = "TYPE", description = "Only reports of this type.")
    private String type;

    @Option(names = "--limit", paramLabel = "N", description = "Number of reports (default: ${DEFAULT-VALUE}).")
    private int limit = 20;

    @Override
    void run(ReportClient client, PrintWriter out) throws IOException, InterruptedException {
        String path = "/reports?limit=" + limit + (failed ? "&state=failed" : "")
                + (type == null ? "" : "&type=" + ReportClient.encoded(type));
        for (Object each : client.get(path).getJsonArray("reports")) {
            out.print(line((JsonObject) each));
        }
    }

    static String line(JsonObject report) {
        return "%s  %-9s  %s  attempt %d  trace %s%s%n"
                .formatted(
                        report.getString("id"),
                        report.getString("state"),
                        report.getString("type"),
                        report.getInteger("attempt", 0),
                        Objects.requireNonNullElse(report.getString("traceId"), "none"),
                        report.getString("error") == null ? "" : "  " + Printable.of(report.getString("error")));
    }
}
