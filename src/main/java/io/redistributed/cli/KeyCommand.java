package io.redistributed.cli;

import io.redistributed.auth.ApiKey;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command {@code key}: makes an API key. */
@Command(
        name = "key",
        description = "Makes an API key. Prints the key, for the caller, and its hash, for auth.callers.keys of the"
                + " configuration. The key is stored nowhere.")
public final class KeyCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        String key = ApiKey.random();
        PrintWriter out = spec.commandLine().getOut();
        out.println("key:  " + key);
        out.println("hash: " + ApiKey.hash(key));
        out.flush();
    }
}
