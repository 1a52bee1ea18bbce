package io.redistributed.queue;

import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs the tests of a class on every kind of Redis, and checks the consistency of the data after each. */
@ExtendWith(VertxExtension.class)
@ParameterizedClass
@EnumSource(RedisKind.class)
abstract class OnEveryRedis {

    static QueueFixture queue;

    @Parameter
    RedisKind kind;

    @BeforeParameterizedClassInvocation
    static void start(RedisKind kind, Vertx vertx) throws IOException {
        queue = new QueueFixture(vertx, kind.start(), QueueFixture.RULES);
    }

    @AfterParameterizedClassInvocation
    static void stop() throws IOException {
        queue.close();
    }

    @AfterEach
    void isConsistent() throws IOException {
        queue.assertConsistent();
        queue.clear();
    }
}
