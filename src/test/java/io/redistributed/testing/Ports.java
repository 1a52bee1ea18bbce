package io.redistributed.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Free ports of loopback, below the ephemeral ports, one of which a client could hold, or connect to itself, while a server
 * is down. Each JVM of Surefire has ports of its own.
 */
public final class Ports {

    private static final int FIRST = Integer.getInteger("ports.first", 10_000);
    private static final int PORTS = 10_000;

    private Ports() {}

    public static int free() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, FIRST + PORTS);
            try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return free.getLocalPort();
            } catch (IOException taken) {
                continue;
            }
        }
    }
}
