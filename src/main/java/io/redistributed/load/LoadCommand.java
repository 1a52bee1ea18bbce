package io.redistributed.load;

import io.redistributed.system.LocalFiles;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code load}: puts a running service under load, checks all that it answers, and prints how long that took. */
@Command(
        name = "load",
        sortOptions = false,
        description = "Asks a running service for reports, checks its answers, and tells how long they took.",
        footer = {
            "",
            "Every 202 is checked, and every report that was accepted: those that are waited for by GET ?wait, the others"
                    + " afterwards, by the list of reports. Latencies of --rate count from when a request was due, so"
                    + " that a stall of the service is seen in all requests that it held up. Without --rate they count"
                    + " from when it was sent, and stand beside a correction.",
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all answers were as they should be (429 is, when the queue is full)",
            "1:some were not, or reports were lost",
            "2:wrong arguments",
            "3:the generator itself was the bottleneck, so there is no result",
            "4:there is no service, or it does not make such reports",
            "66 to 74:a fault of this machine; redistributed --help lists them",
        })
public final class LoadCommand implements Callable<Integer> {

    private static final int WRONG = 1;
    private static final int BOTTLENECK = 3;
    private static final int NO_SERVICE = 4;

    private static final int DEFAULT_CLIENTS = 64;
    private static final int DEFAULT_MAX_IN_FLIGHT = 1_000;
    private static final int MAX_CONNECTIONS = 20_000;
    private static final int MAX_THREADS = 64;
    private static final String HTTP_PORT = "80";
    private static final Pattern SERVICE = Pattern.compile("http://([\\w.-]+|\\[[0-9A-Fa-f:.]+])(?::(\\d{1,5}))?/?");
    private static final int MAX_INPUT_MEBIBYTES = 32;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8080",
            description =
                    "Where the service is, http://HOST[:PORT]. May be given more than once; connections are spread"
                            + " over them. Default: ${DEFAULT-VALUE}")
    private List<String> urls;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "Reports a second, sent when they are due, whatever the service does (open loop). Without it,"
                    + " each connection sends when it has its answer (closed loop).")
    private Double rate;

    @Option(
            names = "--burst",
            paramLabel = "N",
            defaultValue = "1",
            description = "With --rate: so many at once, at the same rate in the mean. Default: ${DEFAULT-VALUE}")
    private int burst;

    @Option(
            names = "--connections",
            paramLabel = "N",
            description = "How many. With --rate, how many at most; a report that is due when all are busy is not sent,"
                    + " and counted as such. Default: " + DEFAULT_CLIENTS + "; with --rate " + DEFAULT_MAX_IN_FLIGHT)
    private Integer connections;

    @Option(
            names = "--duration",
            paramLabel = "D",
            defaultValue = "30s",
            converter = DurationConverter.class,
            description = "How long is measured, such as 30s, 10m, 2h. Default: ${DEFAULT-VALUE}")
    private Duration duration;

    @Option(
            names = "--warmup",
            paramLabel = "D",
            defaultValue = "10s",
            converter = DurationConverter.class,
            description = "How long the same load goes before that. Default: ${DEFAULT-VALUE}")
    private Duration warmup;

    @Option(
            names = "--type",
            paramLabel = "T",
            defaultValue = "simulated",
            description = "Report type. Default: ${DEFAULT-VALUE}")
    private String type;

    @Option(
            names = "--parameters",
            paramLabel = "JSON",
            defaultValue = "{}",
            description = "Parameters of each report. Default: ${DEFAULT-VALUE}")
    private String parameters;

    @Option(names = "--input", paramLabel = "FILE", description = "Input of each report, at most 32 MiB.")
    private Path input;

    @Option(
            names = "--wait",
            paramLabel = "P%",
            defaultValue = "1%",
            converter = ShareConverter.class,
            description = "Share of the reports whose end is waited for on the same connection, for the latency until"
                    + " done. Default: ${DEFAULT-VALUE}")
    private double wait;

    @Option(
            names = "--check-results",
            paramLabel = "P%",
            defaultValue = "10%",
            converter = ShareConverter.class,
            description = "Share of those whose result is fetched: it must be that of the first report, or, of"
                    + " simulated, what was asked for. Default: ${DEFAULT-VALUE}")
    private double checkResults;

    @Option(
            names = "--check-traces",
            paramLabel = "P%",
            defaultValue = "1%",
            converter = ShareConverter.class,
            description = "Share of those whose trace is looked at: one root, no span without its parent, and on"
                    + " through Redis from PRODUCER to CONSUMER. Default: ${DEFAULT-VALUE}")
    private double checkTraces;

    @Option(
            names = "--patience",
            paramLabel = "D",
            defaultValue = "60s",
            converter = DurationConverter.class,
            description = "How long after the last request reports may take to end. Default: ${DEFAULT-VALUE}")
    private Duration patience;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "1",
            description = "Event loops of the generator. Default: ${DEFAULT-VALUE}")
    private int threads;

    @Option(names = "--json", paramLabel = "FILE", description = "Where to write the result as JSON.")
    private Path json;

    @Option(names = "--html", paramLabel = "FILE", description = "Where to write it as a page with curves.")
    private Path html;

    @Override
    public Integer call() throws IOException, InterruptedException {
        LoadPlan plan = plan();
        PrintWriter err = spec.commandLine().getErr();
        LoadResult result;
        try (LoadRun run = new LoadRun(plan, new Progress(err, System.console() != null))) {
            result = run.run();
        } catch (LoadException e) {
            err.println("load: " + e.getMessage());
            return NO_SERVICE;
        }
        if (!result.bottlenecks().isEmpty()) {
            err.println("load: no result, as the generator itself was the bottleneck:");
            result.bottlenecks().forEach(bottleneck -> err.println("  " + bottleneck));
            return BOTTLENECK;
        }
        spec.commandLine().getOut().print(LoadSummary.of(result));
        spec.commandLine().getOut().flush();
        if (json != null) {
            LocalFiles.write(json, result.json().encodePrettily());
        }
        if (html != null) {
            LocalFiles.write(html, ResultPage.of(result));
        }
        return result.isRight() ? 0 : WRONG;
    }

    private LoadPlan plan() throws IOException {
        require(rate == null || rate > 0 && rate <= 1_000_000, "--rate: above 0, up to 1000000");
        require(burst > 0 && (burst == 1 || rate != null), "--burst: at least 1, and with --rate only");
        require(threads > 0 && threads <= MAX_THREADS, "--threads: 1 to " + MAX_THREADS);
        int defaultConnections = rate == null ? DEFAULT_CLIENTS : Math.max(burst, DEFAULT_MAX_IN_FLIGHT);
        int number = connections == null ? defaultConnections : connections;
        require(number >= threads && number <= MAX_CONNECTIONS, "--connections: --threads to " + MAX_CONNECTIONS);
        require(!duration.isZero(), "--duration: more than nothing");
        for (Path output : outputs()) {
            LocalFiles.requireWritable(output);
        }
        require(type.matches("[a-z][a-z0-9-]{0,63}"), "--type: lower-case letters, digits and -");
        return new LoadPlan(
                urls.stream().map(this::withPort).toList(),
                rate == null ? 0 : rate,
                burst,
                number,
                threads,
                warmup,
                duration,
                type,
                parsedParameters(),
                input == null ? null : Buffer.buffer(LocalFiles.read(input, MAX_INPUT_MEBIBYTES)),
                wait,
                checkResults,
                checkTraces,
                patience);
    }

    private URI withPort(String text) {
        Matcher url = SERVICE.matcher(text);
        // The value is not repeated: it may hold credentials.
        require(url.matches(), "--url: must be http://HOST[:PORT]");
        return URI.create("http://" + url.group(1) + ":" + (url.group(2) == null ? HTTP_PORT : url.group(2)));
    }

    private JsonObject parsedParameters() {
        try {
            return new JsonObject(parameters);
        } catch (DecodeException e) {
            throw new ParameterException(spec.commandLine(), "--parameters: not a JSON object: " + e.getMessage(), e);
        }
    }

    private List<Path> outputs() {
        return Stream.of(json, html).filter(Objects::nonNull).toList();
    }

    private void require(boolean condition, String message) {
        if (!condition) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }
}
