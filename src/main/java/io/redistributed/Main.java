package io.redistributed;

import io.redistributed.cli.CancelCommand;
import io.redistributed.cli.InspectCommand;
import io.redistributed.cli.KeyCommand;
import io.redistributed.cli.NewCommand;
import io.redistributed.cli.ReportsCommand;
import io.redistributed.cli.RetryCommand;
import io.redistributed.cli.SubmitCommand;
import io.redistributed.cli.TraceCommand;
import io.redistributed.cli.TracesCommand;
import io.redistributed.config.Application;
import io.redistributed.config.Config;
import io.redistributed.config.ConfigException;
import io.redistributed.config.ConfigFile;
import io.redistributed.config.Logging;
import io.redistributed.load.LoadCommand;
import io.redistributed.system.MachineFault;
import io.redistributed.system.OutOfMemory;
import io.redistributed.system.StandardStreams;
import io.redistributed.system.Version;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/**
 * Starts the service: {@code java -jar redistributed.jar [-conf FILE]}. It runs until SIGTERM or SIGINT, shuts down gracefully and exits with 143 or 130. Other exit codes: 1 if it cannot start or loses its embedded Redis permanently, with the reason in one line on standard error; 2 for wrong arguments; 0 after {@code --help} and {@code --version}; that of a {@link MachineFault} for a fault of the machine. Other commands are classes in {@link io.redistributed.cli} and {@link io.redistributed.load}.
 */
@Command(
        name = "redistributed",
        subcommands = {
            ViewCommand.class,
            InspectCommand.class,
            SubmitCommand.class,
            LoadCommand.class,
            NewCommand.class,
            TracesCommand.class,
            TraceCommand.class,
            ReportsCommand.class,
            RetryCommand.class,
            CancelCommand.class,
            KeyCommand.class
        },
        scope = ScopeType.INHERIT,
        mixinStandardHelpOptions = true,
        versionProvider = Main.VersionLine.class,
        description = "Runs the verticles of a configuration file; without one, everything in this process.",
        footer = {
            "",
            "Override single values with REDISTRIBUTED_QUEUE_LEASE=5s in the environment, or",
            "-Dredistributed.queue.lease=5s before -jar."
        },
        exitCodeListHeading = "%nExit codes (commands define others from 1 to 4):%n",
        exitCodeList = {
            "1:the service cannot start, or lost its embedded Redis",
            "2:wrong arguments",
            "3:the Java heap is exhausted",
            "66:an input or configuration file is missing, a folder, or not readable",
            "71:the address to listen on is in use, or not allowed",
            "73:an output file or the data folder cannot be created or written",
            "74:reading or writing failed: disk full, pipe closed",
            "130, 143:ended by SIGINT, SIGTERM",
        })
public final class Main implements Callable<Integer> {

    private static final int FAILURE = 1;

    @Option(
            names = {"-conf", "--conf"},
            paramLabel = "FILE",
            description = "YAML or JSON file; conf/ has examples.")
    private Path file;

    @Option(names = "--dev", description = "Reloads js: generators when their files are edited.")
    private boolean dev;

    /** Reads the configuration, with values that environment and system properties override. */
    interface ConfigSource {

        Config read(Map<String, String> environment, Map<String, String> properties) throws ConfigException;
    }

    private Main() {}

    public static void main(String[] args) throws InterruptedException {
        // Numbers in files and protocols have ASCII digits, also where the system's language has others.
        Locale.setDefault(Locale.ROOT);
        StandardStreams.secure();
        OutOfMemory.endProcess();
        Main main = new Main();
        // Skips picocli, which slows the start down: class data archives do not accept its class file version.
        boolean plain = args.length == 0 || args.length == 2 && args[0].equals("-conf") && args[1].matches("[^-@].*");
        if (plain) {
            main.file = args.length == 0 ? null : Path.of(args[1]);
            System.exit(main.call());
        }
        System.exit(command(main, args));
    }

    private static int command(Main main, String[] args) {
        int exitCode = new CommandLine(main)
                // The last of several options wins, so that scripts can set defaults.
                .setOverwrittenOptionsAllowed(true)
                .setExecutionExceptionHandler((failure, command, parsed) -> failed(failure))
                .execute(args);
        try {
            StandardStreams.requirePrinted();
            return exitCode;
        } catch (MachineFault e) {
            // Skips an error that was printed already.
            return exitCode == e.exitCode() ? exitCode : fail(e.getMessage(), e.exitCode());
        }
    }

    private static int failed(Exception failure) throws Exception {
        if (failure instanceof MachineFault fault) {
            return fail(fault.getMessage(), fault.exitCode());
        }
        throw failure;
    }

    @Override
    public Integer call() throws InterruptedException {
        return run(this::read, () -> {});
    }

    private Config read(Map<String, String> environment, Map<String, String> properties) throws ConfigException {
        Config config = ConfigFile.read(file, environment, properties);
        return dev ? config.forDevelopment() : config;
    }

    /**
     * Runs until it is stopped.
     *
     * @param ready runs once, after the start
     * @return the exit code
     */
    static int run(ConfigSource source, Runnable ready) throws InterruptedException {
        long started = System.nanoTime();
        Logging.start();
        // Otherwise Netty registers flight recorder events on an event loop at its first buffer, which
        // delays the start by about a second.
        System.setProperty("io.netty.jfr.enabled", System.getProperty("io.netty.jfr.enabled", "false"));
        try {
            Config config = source.read(System.getenv(), properties());
            Logging.use(config);
            Application application = Application.start(config, VersionLine.text());
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(application), "shutdown"));
            System.out.printf(
                    "redistributed %s is ready after %d ms%n",
                    VersionLine.text(), TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started));
            ready.run();
            application.redisLost().get();
            return 0;
        } catch (ConfigException e) {
            return fail(e.getMessage(), e.exitCode());
        } catch (ExecutionException e) {
            return fail(e.getCause().getMessage(), FAILURE);
        }
    }

    private static int fail(String message, int exitCode) {
        System.err.println("redistributed: " + message);
        return exitCode;
    }

    private static void stop(Application application) {
        System.out.println("redistributed is stopping");
        application.close();
        System.out.println("redistributed stopped");
    }

    private static Map<String, String> properties() {
        Map<String, String> properties = new TreeMap<>();
        System.getProperties().stringPropertyNames().forEach(name -> properties.put(name, System.getProperty(name)));
        return properties;
    }

    /** Returns the version in the jar's manifest. */
    static final class VersionLine implements IVersionProvider {

        @Override
        public String[] getVersion() {
            return new String[] {"redistributed " + text()};
        }

        static String text() {
            return Version.get().orElse("(not from a jar)");
        }
    }
}
