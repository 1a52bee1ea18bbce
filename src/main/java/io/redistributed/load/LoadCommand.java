package io.redistributed.load;

import io.redistributed.system.LocalFiles;
import io.redistributed.system.TlsOptions;
import io.redistributed.system.TokenOptions;
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
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code load}: puts a running service under load, checks every response and prints latencies. */
@Command(
        name = "load",
        sortOptions = false,
        description = "Puts a running service under load, checks every response and prints latencies.",
        footer = {
            "",
            "Checks every 202 and every accepted report, by GET ?wait or afterwards in the list of reports. With --rate a"
                    + " latency counts from the moment the request was due, so that a stall of the service shows in"
                    + " every request it delayed. Without --rate it counts from the moment of sending and is also"
                    + " shown corrected for coordinated omission.",
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every response was right (429 from a full queue is)",
            "1:a response was wrong, or a report was lost",
            "2:wrong arguments",
            "3:the load generator was the bottleneck; no result",
            "4:the service is unreachable or does not accept such reports",
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
    private static final Pattern SERVICE =
            Pattern.compile("(https?)://([\\w.-]+|\\[[0-9A-Fa-f:.]+])(?::(\\d{1,5}))?/?");

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8080",
            description = "URL of the service, http[s]://HOST[:PORT]. Repeat it to spread connections over several."
                    + " Default: ${DEFAULT-VALUE}")
    private List<String> urls;

    @Mixin
    private TokenOptions token;

    @Mixin
    private TlsOptions tls;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "Reports per second, sent on schedule regardless of responses (open loop). Without it,"
                    + " each connection sends after its previous response (closed loop).")
    private Double rate;

    @Option(
            names = "--burst",
            paramLabel = "N",
            defaultValue = "1",
            description = "With --rate: reports sent at once, at the same mean rate. Default: ${DEFAULT-VALUE}")
    private int burst;

    @Option(
            names = "--connections",
            paramLabel = "N",
            description = "Number of connections. With --rate, the maximum; a report due while all are busy is"
                    + " counted as not sent. Default: " + DEFAULT_CLIENTS + "; with --rate " + DEFAULT_MAX_IN_FLIGHT)
    private Integer connections;

    @Option(
            names = "--duration",
            paramLabel = "D",
            defaultValue = "30s",
            converter = DurationConverter.class,
            description = "Measured time, such as 30s, 10m, 2h. Default: ${DEFAULT-VALUE}")
    private Duration duration;

    @Option(
            names = "--warmup",
            paramLabel = "D",
            defaultValue = "10s",
            converter = DurationConverter.class,
            description = "Time under the same load before measuring. Default: ${DEFAULT-VALUE}")
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

    @Option(names = "--input", paramLabel = "FILE", description = "Input of each report, at most 1 GiB.")
    private Path input;

    @Option(
            names = "--wait",
            paramLabel = "P%",
            defaultValue = "1%",
            converter = ShareConverter.class,
            description = "Share of reports to wait for on the same connection, which gives the latency until done."
                    + " Default: ${DEFAULT-VALUE}")
    private double wait;

    @Option(
            names = "--check-results",
            paramLabel = "P%",
            defaultValue = "10%",
            converter = ShareConverter.class,
            description = "Share of those whose result is fetched and compared with that of the first report or, for"
                    + " simulated, with the parameters. Default: ${DEFAULT-VALUE}")
    private double checkResults;

    @Option(
            names = "--check-traces",
            paramLabel = "P%",
            defaultValue = "1%",
            converter = ShareConverter.class,
            description = "Share of those whose trace is checked: one root, no orphan span, a CONSUMER span below a"
                    + " PRODUCER span across Redis. Default: ${DEFAULT-VALUE}")
    private double checkTraces;

    @Option(
            names = "--patience",
            paramLabel = "D",
            defaultValue = "60s",
            converter = DurationConverter.class,
            description = "Time for reports to end after the last request. Default: ${DEFAULT-VALUE}")
    private Duration patience;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "1",
            description = "Event loops of the load generator. Default: ${DEFAULT-VALUE}")
    private int threads;

    @Option(names = "--json", paramLabel = "FILE", description = "File for the result as JSON.")
    private Path json;

    @Option(names = "--html", paramLabel = "FILE", description = "File for the result as an HTML page with charts.")
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
            err.println("load: no result, the load generator was the bottleneck:");
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
        require(rate == null || rate > 0 && rate <= 1_000_000, "--rate: must be above 0 and at most 1000000");
        require(burst > 0 && (burst == 1 || rate != null), "--burst: must be at least 1 and needs --rate");
        require(threads > 0 && threads <= MAX_THREADS, "--threads: must be 1 to " + MAX_THREADS);
        int defaultConnections = rate == null ? DEFAULT_CLIENTS : Math.max(burst, DEFAULT_MAX_IN_FLIGHT);
        int number = connections == null ? defaultConnections : connections;
        require(
                number >= threads && number <= MAX_CONNECTIONS,
                "--connections: must be --threads to " + MAX_CONNECTIONS);
        require(!duration.isZero(), "--duration: must be above 0");
        for (Path output : outputs()) {
            LocalFiles.requireWritable(output);
        }
        require(type.matches("[a-z][a-z0-9-]{0,63}"), "--type: must be lower-case letters, digits and -");
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
                input == null ? null : LoadInput.of(input),
                wait,
                checkResults,
                checkTraces,
                patience,
                token.token(),
                tls.files());
    }

    private URI withPort(String text) {
        Matcher url = SERVICE.matcher(text);
        // Not echoed: the value may hold credentials.
        require(url.matches(), "--url: must be http[s]://HOST[:PORT]");
        String port = url.group(3) != null ? url.group(3) : url.group(1).equals("https") ? "443" : "80";
        return URI.create(url.group(1) + "://" + url.group(2) + ":" + port);
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
