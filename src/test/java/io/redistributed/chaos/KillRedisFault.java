package io.redistributed.chaos;

import java.util.Random;

/** Redis is killed, and started again on its append-only file; mended once it answers. */
record KillRedisFault() implements Fault {

    @Override
    public String name() {
        return "kill-redis";
    }

    @Override
    public Lane lane() {
        return Lane.SERVERS;
    }

    @Override
    public void strike(Cluster cluster, Random random, FaultLog log) throws InterruptedException {
        int away = random.nextInt(3_000);
        try (FaultLog.Open open = log.begin(this, "")) {
            cluster.redis().kill();
            Thread.sleep(away);
            cluster.redis().restart();
        }
    }
}
