package io.redistributed.cli;

import io.redistributed.settings.Settings;
import io.redistributed.system.LocalFiles;
import io.redistributed.system.MachineFault;
import io.redistributed.system.StandardStreams;
import io.redistributed.system.TlsOptions;
import io.redistributed.system.TokenOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/**
 * The command {@code submit}: submits a report to a running service, shows its progress, fetches the result and shows the trace. The result goes to a file or to standard output. Progress goes to standard error; the trace goes to standard output if the result does not.
 */
@Command(
        name = "submit",
        description = "Submits a report to a running service, fetches the result and shows the trace.",
        footer = {"", "Ctrl-C cancels the report."},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the report is done",
            "1:the report failed or was cancelled",
            "2:wrong arguments, or parameters rejected by the service",
            "3:the service is unreachable, accepts no reports now, or did not finish in time",
            "66 to 74:a fault of this machine; redistributed --help lists them",
        })
public final class SubmitCommand implements Callable<Integer> {

    private static final int NOT_DONE = 1;
    private static final int UNAVAILABLE = 3;
    private static final Duration LONGEST_TIMEOUT = Duration.ofDays(1);

    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            description = "The input file; - reads standard input. The default is an empty input.")
    private String input;

    @Option(names = "--type", required = true, paramLabel = "TYPE", description = "Report type, such as summary.")
    private String type;

    @Option(names = "--format", paramLabel = "FORMAT", description = "The same as --parameter format=FORMAT.")
    private String format;

    @Option(
            names = {"-p", "--parameter"},
            paramLabel = "NAME=VALUE",
            description = "Parameter of the report; also timeout and priority. Can be repeated.")
    private Map<String, String> parameters = new LinkedHashMap<>();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "File for the result; standard output by default.")
    private Path output;

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8080",
            description = "URL of the service; ${DEFAULT-VALUE} by default.")
    private String service;

    @Mixin
    private TokenOptions token;

    @Mixin
    private TlsOptions tls;

    private URI url;

    @Option(
            names = "--idempotency-key",
            paramLabel = "KEY",
            description = "Makes the command safe to repeat: the same key returns the same report.")
    private String idempotencyKey;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            defaultValue = "15m",
            converter = TimeoutConverter.class,
            description = "How long to wait for the report; it continues afterwards; ${DEFAULT-VALUE} by default.")
    private Duration timeout;

    @Option(
            names = {"-q", "--quiet"},
            description = "Hides progress and trace.")
    private boolean quiet;

    @Override
    public Integer call() throws IOException, InterruptedException {
        check();
        ReportProgress progress =
                new ReportProgress(spec.commandLine().getErr(), quiet, Ansi.AUTO.enabled(), Glyphs.ofTerminal());
        ReportClient client = new ReportClient(url, token.token(), tls.files());
        try {
            JsonObject accepted = client.submit(query(), body(), idempotencyKey);
            JsonObject report = new ReportWatch(client, accepted, progress).ended(timeout);
            boolean done = report.getString("state").equals("done");
            if (done) {
                fetch(client, report);
            }
            if (!quiet) {
                show(client, report);
            }
            return done ? 0 : NOT_DONE;
        } catch (MachineFault e) {
            throw e;
        } catch (RefusedException e) {
            progress.say("redistributed: " + e.getMessage());
            return CommandLine.ExitCode.USAGE;
        } catch (IOException e) {
            progress.say("redistributed: " + e.getMessage());
            return UNAVAILABLE;
        }
    }

    private void check() throws MachineFault {
        url = ServiceCommand.parsed(spec, "--url", service);
        if (output != null) {
            LocalFiles.requireWritable(output);
        }
    }

    private Map<String, String> query() {
        Map<String, String> query = new LinkedHashMap<>(parameters);
        if (format != null) {
            query.put("format", format);
        }
        query.put("type", type);
        return query;
    }

    private BodyPublisher body() throws IOException {
        if (input == null) {
            return BodyPublishers.noBody();
        }
        if (input.equals("-")) {
            InputStream in = StandardStreams.in();
            return BodyPublishers.ofInputStream(() -> in);
        }
        Path file = Path.of(input);
        InputStream in = LocalFiles.open(file);
        if (Files.isRegularFile(file)) {
            in.close();
            return BodyPublishers.ofFile(file);
        }
        // The size of a pipe is unknown.
        return BodyPublishers.ofInputStream(() -> in);
    }

    private void fetch(ReportClient client, JsonObject report) throws IOException, InterruptedException {
        String result = report.getJsonObject("links").getString("result");
        if (output == null) {
            // Writes bytes, because printing text would convert it to the encoding of the terminal.
            client.result(result, StandardStreams.out());
            return;
        }
        OutputStream file = LocalFiles.create(output);
        try (file) {
            client.result(result, file);
        } catch (IOException e) {
            LocalFiles.discard(output);
            throw e;
        }
    }

    private void show(ReportClient client, JsonObject report) throws InterruptedException {
        PrintWriter out = output == null
                ? spec.commandLine().getErr()
                : spec.commandLine().getOut();
        Glyphs glyphs = Glyphs.ofTerminal();
        for (String link : List.of("trace", "attemptTrace")) {
            String path = report.getJsonObject("links").getString(link);
            if (path != null) {
                client.receivedTrace(path)
                        .ifPresentOrElse(
                                trace -> out.print(TraceTree.of(trace, glyphs)),
                                () -> out.println("trace " + path.replaceFirst(".*/", "")
                                        + " not found in the trace store of this service"));
            }
        }
        out.flush();
    }

    static final class TimeoutConverter implements ITypeConverter<Duration> {

        @Override
        public Duration convert(String text) {
            return Settings.parseDuration(text)
                    .filter(timeout -> timeout.compareTo(LONGEST_TIMEOUT) <= 0)
                    .orElseThrow(() -> new TypeConversionException(
                            "'" + text + "' is not a duration up to 24h, such as 30s or 5m"));
        }
    }
}
