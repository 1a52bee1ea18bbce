package io.redistributed.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** A host is unplugged, one direction of its link is cut, or its cable is slow or loses packets, for a while. */
record LinkFault(String host, Harm harm) implements Fault {

    /** What is done to the host. */
    enum Harm {
        UNPLUGGED("unplugged"),
        TO_REDIS("to-redis"),
        FROM_REDIS("from-redis"),
        SPANS("to-collector"),
        SLOW("slow"),
        LOSSY("lossy");

        private final String words;

        Harm(String words) {
            this.words = words;
        }
    }

    private static final List<String> NODES = List.of("api-1", "api-2", "worker-1", "worker-2", "worker-3");
    private static final String REDIS = "redis";
    private static final int SLOW_KILOBITS = 1_000;
    private static final int LOST_PERCENT = 10;

    /** All that the machine allows. */
    static List<Fault> all() {
        List<Fault> all = new ArrayList<>();
        Stream.concat(NODES.stream(), Stream.of(REDIS)).forEach(host -> {
            for (Harm harm : Harm.values()) {
                boolean isOfNode = harm == Harm.TO_REDIS || harm == Harm.FROM_REDIS || harm == Harm.SPANS;
                boolean isPossible = harm == Harm.UNPLUGGED || Host.hasTrafficControl();
                if (isPossible && !(isOfNode && host.equals(REDIS))) {
                    all.add(new LinkFault(host, harm));
                }
            }
        });
        return all;
    }

    @Override
    public String name() {
        return host + "-" + harm.words;
    }

    @Override
    public Track track() {
        return host.startsWith("worker") ? Track.WORKERS : Track.SERVERS;
    }

    @Override
    public boolean suits(Topology topology) {
        return topology == Topology.HOSTS;
    }

    /** Longer than a lease, and than a connection needs to notice that nothing comes. */
    @Override
    public void strike(Cluster cluster, Random random, FaultLog log) throws InterruptedException {
        HostServers servers = (HostServers) cluster.redis();
        Node node = cluster.nodes().stream()
                .filter(each -> each.name().equals(host))
                .findFirst()
                .orElse(null);
        Host struck = node == null ? servers.host() : (Host) node.network();
        int millis = 8_000 + random.nextInt(2_000);
        try (FaultLog.Open open =
                log.begin(this, node == null ? "" : node.life().name())) {
            switch (harm) {
                case UNPLUGGED -> struck.cut();
                case TO_REDIS -> struck.dropTo(servers.host());
                case FROM_REDIS -> struck.dropFrom(servers.host());
                case SPANS -> struck.dropTo(HostServers.HERE);
                case SLOW -> struck.slow(SLOW_KILOBITS);
                case LOSSY -> struck.lose(LOST_PERCENT);
            }
            Thread.sleep(millis);
            struck.mend();
        }
    }
}
