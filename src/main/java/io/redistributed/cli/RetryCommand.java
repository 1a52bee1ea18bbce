package io.redistributed.cli;

import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The command {@code retry}. */
@Command(name = "retry", description = "Runs a failed or cancelled report again, and prints it.")
public final class RetryCommand extends ServiceCommand {

    @Parameters(paramLabel = "ID", description = "Report id.")
    private String id;

    @Override
    void run(ReportClient client, PrintWriter out) throws IOException, InterruptedException {
        out.print(ReportsCommand.line(client.retry("/reports/" + ReportClient.encoded(id))));
    }
}
