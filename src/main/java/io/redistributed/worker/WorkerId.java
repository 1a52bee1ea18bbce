package io.redistributed.worker;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
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
        try {
            return InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9.-]", "-");
        } catch (UnknownHostException e) {
            return "unknown-host";
        }
    }
}
