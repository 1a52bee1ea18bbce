package io.redistributed.worker;

import io.redistributed.system.Host;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** Creates worker ids from the host, the process id and a random part, as deployment ids repeat in every process. */
final class WorkerId {

    static final String HOST = Host.name().orElse("unknown-host").replaceAll("[^A-Za-z0-9.-]", "-");
    static final long PID = ProcessHandle.current().pid();

    private WorkerId() {}

    static String next() {
        return HOST + "-" + PID + "-"
                + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    }
}
