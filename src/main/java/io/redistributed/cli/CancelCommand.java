package io.redistributed.cli;

import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The command {@code cancel}. */
@Command(name = "cancel", description = "Cancels a report, and prints it.")
public final class CancelCommand extends ServiceCommand {

    @Parameters(paramLabel = "ID", description = "Report id.")
    private String id;

    @Override
    void run(ReportClient client, PrintWriter out) throws IOException, InterruptedException {
        out.print(ReportsCommand.line(client.cancel("/reports/" + ReportClient.encoded(id))));
    }
}
