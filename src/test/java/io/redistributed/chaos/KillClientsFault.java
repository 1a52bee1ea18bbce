package io.redistributed.chaos;

import java.util.Random;

/**
 * Redis ends connections of a kind, all at once.
 *
 * @param type as {@code CLIENT KILL TYPE} has it
 */
record KillClientsFault(String name, String type) implements Fault {

    @Override
    public Lane lane() {
        return Lane.SERVERS;
    }

    @Override
    public void strike(Cluster cluster, Random random, FaultLog log) {
        int lane = cluster.anyLane(random);
        try (FaultLog.Open open = log.begin(this, cluster.struckWith(lane))) {
            cluster.redis().master(lane).cli("CLIENT", "KILL", "TYPE", type);
        }
    }
}
