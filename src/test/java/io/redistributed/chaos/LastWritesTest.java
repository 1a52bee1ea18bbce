package io.redistributed.chaos;

import static io.redistributed.testing.Waiting.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.redistributed.testing.RedisServer;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class LastWritesTest {

    private static final String OLD = "0-00000000000000000000000000000000";
    private static final String REPLICATED = "0-11111111111111111111111111111111";
    private static final String TOUCHED = "0-22222222222222222222222222222222";
    private static final String SUBMITTED = "0-33333333333333333333333333333333";

    private final RedisServer master = RedisServer.start();
    private final RedisServer replica = RedisServer.start("replicaof 127.0.0.1 " + master.port());

    @BeforeEach
    void awaitReplica() {
        eventually(() -> ((List<?>) ((List<?>) master.cli("ROLE")).get(2)).size() == 1);
    }

    @AfterEach
    void close() {
        replica.close();
        master.close();
    }

    @Test
    void findsWritesMissingOnSuccessor() throws IOException {
        submit(OLD);
        try (LastWrites writes = LastWrites.watch(master, 0)) {
            submit(REPLICATED);
            submit(TOUCHED);
            awaitReplicated();
            replica.cli("REPLICAOF", "NO", "ONE");
            awaitMarksAfter(mark(replica));
            master.cli("HSET", key(TOUCHED), "state", "done");
            submit(SUBMITTED);
            master.kill();
            writes.succeededBy(replica);
            Unreplicated lost = writes.unreplicated();
            assertThat(lost.reports()).containsExactlyInAnyOrder(TOUCHED, SUBMITTED);
            assertThat(lost.submitted()).containsExactly(SUBMITTED);
        }
    }

    @Test
    void findsNothingIfSuccessorIsComplete() throws IOException {
        try (LastWrites writes = LastWrites.watch(master, 0)) {
            submit(REPLICATED);
            awaitReplicated();
            master.kill();
            eventually(() -> ((String) replica.cli("INFO", "replication")).contains("master_link_status:down"));
            replica.cli("REPLICAOF", "NO", "ONE");
            writes.succeededBy(replica);
            assertThat(writes.unreplicated().reports()).isEmpty();
        }
    }

    /** Returns when a later mark is replicated: writes before the next one count as missing. */
    private void awaitReplicated() {
        String mark = mark(master);
        eventually(() -> Long.parseLong(mark(replica)) > Long.parseLong(mark));
    }

    private void awaitMarksAfter(String mark) {
        eventually(() -> Long.parseLong(mark(master)) > Long.parseLong(mark));
    }

    private void submit(String id) {
        master.cli("HSET", key(id), "state", "queued");
        master.cli("ZADD", "{rd:0}:recent", "1", id);
    }

    private static String key(String id) {
        return "{rd:0}:report:" + id;
    }

    private static String mark(RedisServer server) {
        return (String) server.cli("GET", LastWrites.MARK + "{rd:0}");
    }
}
