package io.redistributed.cli;

import io.redistributed.settings.Urls;
import io.redistributed.system.MachineFault;
import io.redistributed.system.TlsOptions;
import io.redistributed.system.TokenOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that asks a running service and prints the answer. */
@Command(
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:printed",
            "2:wrong arguments, or rejected by the service",
            "3:the service is unreachable",
            "66 to 74:a fault of this machine; redistributed --help lists them",
        })
abstract class ServiceCommand implements Callable<Integer> {

    private static final int UNAVAILABLE = 3;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8080",
            description = "URL of the service or the viewer; ${DEFAULT-VALUE} by default.")
    private String url;

    @Mixin
    private TokenOptions token;

    @Mixin
    private TlsOptions tls;

    /** Asks the service and prints to {@code out}. */
    abstract void run(ReportClient client, PrintWriter out) throws IOException, InterruptedException;

    @Override
    public final Integer call() throws InterruptedException, MachineFault {
        try {
            run(
                    new ReportClient(parsed("--url", url), token.token(), tls.files()),
                    spec.commandLine().getOut());
            spec.commandLine().getOut().flush();
            return 0;
        } catch (MachineFault e) {
            throw e;
        } catch (RefusedException e) {
            return failed(e, CommandLine.ExitCode.USAGE);
        } catch (IOException e) {
            return failed(e, UNAVAILABLE);
        }
    }

    /** Returns a client of another product at the URL in an option. */
    final ReportClient clientOf(String product, String option, String text) throws MachineFault {
        return new ReportClient(parsed(option, text), token.token(), tls.files(), product);
    }

    /** Returns the URL in an option. The message does not repeat a wrong one, which may hold credentials. */
    final URI parsed(String option, String text) {
        return parsed(spec, option, text);
    }

    static URI parsed(CommandSpec spec, String option, String text) {
        return Urls.parseHttp(text)
                .filter(given -> given.getQuery() == null)
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(), option + ": must be http[s]://HOST[:PORT][/PATH], without user and query"));
    }

    private int failed(Exception e, int exitCode) {
        spec.commandLine().getErr().println("redistributed: " + e.getMessage());
        return exitCode;
    }
}
