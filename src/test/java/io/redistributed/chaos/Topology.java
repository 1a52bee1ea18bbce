package io.redistributed.chaos;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The topology of Redis in a run. */
enum Topology {
    STANDALONE(1),
    /** A master with two replicas, and three sentinels. */
    SENTINEL(1),
    /** Three masters with a replica each. */
    CLUSTER(3),
    /** One server, and each process on a host of its own; see {@code scripts/hosts.sh}. */
    HOSTS(1);

    private final int masters;

    Topology(int masters) {
        this.masters = masters;
    }

    /** For as many partitions there is a master each. */
    int masters() {
        return masters;
    }

    /** @param name in lower case */
    static Topology named(String name) {
        return Stream.of(values())
                .filter(topology -> topology.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no topology " + name + "; there are "
                        + Stream.of(values()).map(Topology::toString).collect(Collectors.joining(", "))));
    }

    /** @param environment of a server that is alone */
    Servers start(Map<String, String> environment) {
        return switch (this) {
            case STANDALONE -> new OneServer(environment);
            case SENTINEL -> new SentinelServers();
            case CLUSTER -> new ClusterServers();
            case HOSTS -> HostServers.start();
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
