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

    private static final Set<String> PARTS = Set.of("traced", "workers", "backlog", "start", "rival");

    @Parameters(
            paramLabel = "PART",
            arity = "0..*",
            description = {
                "traced: reports/s, latency and CPU, traced and exported, and untraced, AOF on and off;",
                "workers: the cost of a report with 1, 8, 64, 256 workers;",
                "backlog: the cost of submit and finish with 0 and 1,000,000 reports waiting;",
                "start: how long a start takes, with and without an archive of classes, and idle memory;",
                "rival: side by side with BullMQ; needs node 20, npm and wrk on the PATH.",
                "Default: all but rival."
            })
    private List<String> parts = List.of("traced", "workers", "backlog", "start");

    @Option(
            names = "--seconds",
            defaultValue = "20",
            description = "How long each figure is measured. Default: ${DEFAULT-VALUE}")
    int seconds;

    @Option(
            names = "--warmup",
            defaultValue = "15",
            description = "Seconds of the same load before. Default: ${DEFAULT-VALUE}")
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
        System.out.println(Machine.describe());
        boolean right = true;
        for (String part : parts) {
            right &= switch (part) {
                case "traced" -> new TracedPart(this, folder).run();
                case "workers" -> new WorkersPart(this, folder).run();
                case "rival" -> new RivalPart(this, folder).run();
                case "start" -> new StartPart(starts, folder).run();
                default -> new BacklogPart(waiting).run();
            };
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
