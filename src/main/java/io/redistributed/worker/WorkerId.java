package io.redistributed.worker;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;

/** Names a worker: host and process for people, a random part because deployment ids repeat in every process. */
final class WorkerId {

    static final String HOST = host();
    static final long PID = ProcessHandle.current().pid();

    private WorkerId() {}

    static String next() {
        return HOST + "-" + PID + "-"
                + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    }

    private static String host() {
        String name;
        try {
            name = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            // Where the name of the host does not resolve, the shell may know it all the same.
            name = Objects.requireNonNullElse(System.getenv("HOSTNAME"), "unknown-host");
        }
        return name.replaceAll("[^A-Za-z0-9.-]", "-");
    }
}
