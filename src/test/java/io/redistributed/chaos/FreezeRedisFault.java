package io.redistributed.chaos;

import java.util.Random;

/** Redis answers nobody for a while, and then everybody at once, as after a long script or a stalled disk. */
record FreezeRedisFault() implements Fault {

    @Override
    public String name() {
        return "freeze-redis";
    }

    @Override
    public Lane lane() {
        return Lane.SERVERS;
    }

    @Override
    public void strike(Cluster cluster, Random random, FaultLog log) throws InterruptedException {
        int millis = 200 + random.nextInt(6_000);
        try (FaultLog.Open open = log.begin(this, "")) {
            cluster.redis().pause();
            Thread.sleep(millis);
            cluster.redis().resume();
        }
    }
}
