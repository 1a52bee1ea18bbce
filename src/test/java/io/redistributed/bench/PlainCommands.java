package io.redistributed.bench;

import io.redistributed.testing.RedisCli;
import io.redistributed.testing.RedisServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The minimal cost of a report in Redis: the pipelined commands that store it, publish it and store its result, without
 * a script.
 */
final class PlainCommands implements AutoCloseable {

    private static final int PIPELINE = 64;
    private static final String WORKER = "worker-1";
    private static final String MESSAGE = "\u0000".repeat(29)
            + "{\"id\":\"0-0af7651916cd43dd8448eb211c80319c\",\"attempt\":1,\"type\":\"simulated\"}";
    private static final String SPAN = "0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331";

    private final RedisServer redis;

    PlainCommands() throws IOException {
        redis = Bed.redis(true);
    }

    /** CPU time of Redis per report, in µs. */
    double redisCpuMicros(int reports) throws IOException {
        double before = RedisFigures.of(redis).cpuMicros();
        try (RedisCli cli = redis.connect()) {
            for (int sent = 0; sent < reports; sent += PIPELINE) {
                List<String> ids = new ArrayList<>();
                for (int i = 0; i < PIPELINE; i++) {
                    ids.add(UUID.randomUUID().toString());
                }
                pipeline(cli, ids.stream().flatMap(id -> submit(id).stream()).toList());
                pipeline(cli, ids.stream().flatMap(id -> finish(id).stream()).toList());
            }
        }
        return (RedisFigures.of(redis).cpuMicros() - before) / reports;
    }

    private static void pipeline(RedisCli cli, List<String[]> commands) throws IOException {
        for (String[] command : commands) {
            cli.send(command);
        }
        for (int i = 0; i < commands.size(); i++) {
            cli.read();
        }
    }

    private static List<String[]> submit(String id) {
        String[] record = {
            "HSET",
            "{rd:0}:report:" + id,
            "state",
            "running",
            "worker",
            WORKER,
            "attempt",
            "1",
            "created",
            "1795864445123456",
            "type",
            "simulated",
            "message",
            MESSAGE,
            "trace",
            SPAN
        };
        return List.of(
                record,
                new String[] {"SADD", "{rd:0}:leased:" + WORKER, id},
                new String[] {"ZADD", "{rd:0}:recent", "1795864445123456", id},
                new String[] {"PUBLISH", "{rd:0}:worker:" + WORKER, MESSAGE});
    }

    private static List<String[]> finish(String id) {
        String key = "{rd:0}:report:" + id;
        return List.of(
                new String[] {"HMGET", key, "state", "worker", "attempt"},
                new String[] {
                    "HSET",
                    key,
                    "state",
                    "done",
                    "ended",
                    "1795864445123",
                    "contentType",
                    "application/json",
                    "result",
                    "{}",
                    "previous",
                    SPAN
                },
                new String[] {"SREM", "{rd:0}:leased:" + WORKER, id},
                new String[] {"RPUSH", "{rd:0}:ended", "1795864445123 " + id},
                new String[] {"PUBLISH", "{rd:0}:ended:" + id, "done"});
    }

    @Override
    public void close() {
        redis.close();
    }
}
