package io.redistributed.queue;

import io.redistributed.testing.RedisServer;

/** The servers that the scripts support. */
enum RedisKind {
    ON_THE_PATH {
        @Override
        RedisServer start() {
            return RedisServer.start(IN_MEMORY);
        }
    },
    BUNDLED_6_2 {
        @Override
        RedisServer start() {
            return RedisServer.startBundled(IN_MEMORY);
        }
    };

    private static final String IN_MEMORY = "appendonly no";

    abstract RedisServer start();
}
