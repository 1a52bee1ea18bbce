package io.redistributed.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The end-to-end part of {@code scripts/bench.sh}. Prints tables in Markdown; exit code 1 if anything was lost or wrong. */
@Command(
        name = "scripts/bench.sh",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Measures the service on a Redis of its own and prints tables in Markdown.")
final class Bench implements Callable<Integer> {

    private static final Set<String> PARTS =
            Set.of("reports", "rival", "latency", "workers", "backlog", "start", "rampup");

    @Parameters(
            paramLabel = "PART",
            arity = "0..*",
            description = {
                "reports: what a report costs beside the least that it can cost; needs h2load on the PATH;",
                "rival: the same with BullMQ and asynq beside it; needs node 20, npm and go too;",
                "latency: POST to done at 100/s;",
                "workers: the cost of a report with 1, 8, 64, 256 workers;",
                "backlog: the cost of submit and finish with 0 and 1,000,000 reports waiting;",
                "start: how long a start takes, with and without an archive of classes, and idle memory;",
                "rampup: from java -jar to 90% of the level rate.",
                "Default: all but rival."
            })
    private List<String> parts = List.of("reports", "latency", "workers", "backlog", "start", "rampup");

    @Option(
            names = "--jobs",
            defaultValue = "30000",
            description = "Of each turn of reports and rival. Default: ${DEFAULT-VALUE}")
    int jobs;

    @Option(names = "--rounds", defaultValue = "6", description = "In turns. Default: ${DEFAULT-VALUE}")
    int rounds;

    @Option(
            names = "--seconds",
            defaultValue = "20",
            description = "How long each figure of workers is measured. Default: ${DEFAULT-VALUE}")
    int seconds;

    @Option(
            names = "--warmup",
            defaultValue = "60",
            description = "Least seconds of the same load before; at most twice as many. Default: ${DEFAULT-VALUE}")
    int warmup;

    @Option(names = "--connections", defaultValue = "64", description = "Clients. Default: ${DEFAULT-VALUE}")
    int connections;

    @Option(names = "--workers", split = ",", defaultValue = "1,8,64,256", description = "Default: ${DEFAULT-VALUE}")
    List<Integer> workers;

    @Option(names = "--slots", defaultValue = "64", description = "Of each worker. Default: ${DEFAULT-VALUE}")
    int slots;

    @Option(names = "--waiting", defaultValue = "1000000", description = "Default: ${DEFAULT-VALUE}")
    int waiting;

    @Option(names = "--starts", defaultValue = "7", description = "Of each kind. Default: ${DEFAULT-VALUE}")
    int starts;

    @Option(names = "--history", description = "A file to which the figures are appended, as a line of JSON.")
    Path historyFile;

    final History history = new History();

    private Bench() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new Bench()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        if (!PARTS.containsAll(parts)) {
            System.err.println("bench: the parts are " + String.join(", ", PARTS));
            return 2;
        }
        Path jar = Path.of(System.getProperty("redistributed.jar"));
        Path folder = Files.createTempDirectory(Files.createDirectories(jar.resolveSibling("bench")), "run");
        String machine = Machine.describe();
        System.out.println(machine);
        boolean right = true;
        for (String part : parts) {
            right &= switch (part) {
                case "reports" -> new ComparisonPart(this, folder, false).run();
                case "rival" -> new ComparisonPart(this, folder, true).run();
                case "latency" -> new LatencyPart(this, folder).run();
                case "workers" -> new WorkersPart(this, folder).run();
                case "rampup" -> new RampUpPart(this, folder).run();
                case "start" -> new StartPart(starts, folder).run();
                default -> new BacklogPart(waiting).run();
            };
        }
        if (historyFile != null) {
            history.append(historyFile, machine);
        }
        System.out.println(
                right ? "Every report was made, every span arrived." : "SOMETHING WAS LOST OR WRONG, see above.");
        System.out.println("Logs are in " + folder);
        return right ? 0 : 1;
    }

    /** Options of the load tool, for as many reports as can be made. */
    String[] load(int warmup, int seconds) {
        return new String[] {
            "--connections=" + connections, "--warmup=" + warmup + "s", "--duration=" + seconds + "s", "--wait=0%"
        };
    }

    static void say(String format, Object... values) {
        System.err.println(String.format(Locale.ROOT, format, values));
    }
}
