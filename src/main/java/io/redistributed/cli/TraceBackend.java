package io.redistributed.cli;

import io.redistributed.system.MachineFault;
import picocli.CommandLine.Option;

/** The options that name another server to ask for traces, at most one of them. */
final class TraceBackend {

    @Option(
            names = "--jaeger",
            paramLabel = "URL",
            description = "Asks the query service of a Jaeger; a search needs --service.")
    private String jaeger;

    @Option(names = "--tempo", paramLabel = "URL", description = "Asks a Grafana Tempo; a search covers the last hour.")
    private String tempo;

    /** Returns the server to ask: {@code client} without an option. */
    TraceSource source(ServiceCommand command, ReportClient client) throws MachineFault {
        if (jaeger != null) {
            return new ForeignSource(new JaegerClient(command.clientOf("Jaeger", "--jaeger", jaeger)), "Jaeger");
        }
        return tempo == null
                ? client
                : new ForeignSource(new TempoClient(command.clientOf("Tempo", "--tempo", tempo)), "Tempo");
    }
}
