package io.redistributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Attacks the service, with 400 MB of heap, by one hostile client at a time. A polite client beside it sees no error.
 * Resources are released after the attack. Prints the latencies of the polite client.
 *
 * <p>{@code -Dredistributed.abuse.seconds=60} makes each attack longer than the second it has by default;
 * {@code -Dredistributed.abuse.attack=HTTP2_.*} runs those whose whole name matches.
 *
 * <p>The attackers use the CPU time that the service and the polite client leave, see {@link AttackProcess}. The
 * figures include the number of tries and the cost on both sides.
 */
@Tag("abuse")
class AbuseIT {

    private static final int SECONDS = Integer.getInteger("redistributed.abuse.seconds", 1);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** Spans that the store keeps, buffers that are pooled. */
    private static final long HEAP_BYTES = 64 << 20;

    /** Of pools, which are filled when they are first used. */
    private static final int THREADS = 40;

    private static final int DESCRIPTORS = 16;
    private static final List<String> lines = new ArrayList<>();

    @TempDir
    static Path folder;

    private static AbuseTarget target;
    private static AbuseTarget.Resources before;
    private static AbuseProbe.Figures quiet;

    @BeforeAll
    static void start() throws Exception {
        target = new AbuseTarget(folder);
        probe(10);
        quiet = probe(SECONDS);
        before = target.resources();
        lines.add("quiet: " + quiet + "; " + before);
    }

    @AfterAll
    static void stop() {
        target.close();
        System.out.println("\n" + String.join("\n", lines) + "\n");
    }

    static Stream<Attack> attacks() {
        String names = System.getProperty("redistributed.abuse.attack", ".*");
        return Stream.of(Attack.values())
                .filter(attack -> !attack.needsAuthentication() || !AbuseTarget.KEY.isEmpty())
                .filter(attack -> attack.name().matches(names));
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void politeClientIsServedDuringAttack(Attack attack) throws Exception {
        AbuseProbe.Figures seen;
        JsonObject done;
        long cpuMillis;
        try (AttackProcess attackers = new AttackProcess(attack, target, SECONDS)) {
            AbuseProbe probe = new AbuseProbe(target.port);
            cpuMillis = -target.cpuMillis();
            try {
                done = attackers.run();
            } finally {
                cpuMillis += target.cpuMillis();
                seen = probe.stop();
            }
        }
        lines.add("%s: %s, %.1f times the quiet p99; %d attempts/s, which took %.2f processors, and the service %.2f"
                .formatted(
                        attack,
                        seen,
                        (double) seen.p99Millis() / Math.max(1, quiet.p99Millis()),
                        done.getLong("attempts") / SECONDS,
                        done.getLong("cpuMillis") / 1000. / SECONDS,
                        cpuMillis / 1000. / SECONDS));
        assertThat(seen.errors()).as(target.log()).isEqualTo(Map.of());
        assertThat(done.getJsonObject("surprises").getMap()).isEmpty();
        await().atMost(PATIENCE).untilAsserted(() -> {
            AbuseTarget.Resources now = target.resources();
            assertThat(now.heapBytes()).as("heap").isLessThan(before.heapBytes() + HEAP_BYTES);
            assertThat(now.threads()).as("threads").isLessThanOrEqualTo(before.threads() + THREADS);
            assertThat(now.descriptors()).as("descriptors").isLessThanOrEqualTo(before.descriptors() + DESCRIPTORS);
        });
        await().atMost(PATIENCE).until(AbuseIT::hasEventStreams);
        lines.set(lines.size() - 1, lines.get(lines.size() - 1) + "; then " + target.resources());
    }

    private static boolean hasEventStreams() throws IOException {
        try (RawConnection connection = new RawConnection(target.port)) {
            connection.send("GET /events HTTP/1.1\r\nhost: localhost\r\n\r\n");
            return connection.head().status() == 200;
        }
    }

    private static AbuseProbe.Figures probe(int seconds) throws Exception {
        AbuseProbe probe = new AbuseProbe(target.port);
        Thread.sleep(seconds * 1000L);
        return probe.stop();
    }
}
