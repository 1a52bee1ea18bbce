package io.redistributed.chaos;

import java.util.Random;

/**
 * Redis ends connections of a kind, all at once.
 *
 * @param type as {@code CLIENT KILL TYPE} has it
 */
record KillClientsFault(String name, String type) implements Fault {

    @Override
    public Track track() {
        return Track.SERVERS;
    }

    @Override
    public void strike(Cluster cluster, Random random, FaultLog log) {
        int partition = cluster.anyPartition(random);
        try (FaultLog.Open open = log.begin(this, cluster.struckWith(partition))) {
            cluster.redis().master(partition).cli("CLIENT", "KILL", "TYPE", type);
        }
    }
}
