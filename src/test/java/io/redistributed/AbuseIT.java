package io.redistributed;

import static io.redistributed.RawHttp2.DATA;
import static io.redistributed.RawHttp2.PING;
import static io.redistributed.RawHttp2.RST_STREAM;
import static io.redistributed.RawHttp2.SETTINGS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/**
 * One hostile client at a time against the service with 400 MB of heap, and a polite one beside it, which sees no error.
 * What the attack took is given back. Prints what the polite client saw; {@code -Dredistributed.abuse.seconds=60} makes each
 * attack longer than the 5 s it has by default.
 *
 * <p>An attack is a test method that calls {@link #attack}.
 */
@Tag("abuse")
class AbuseIT {

    private static final int SECONDS = Integer.getInteger("redistributed.abuse.seconds", 5);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** Spans that the store keeps, buffers that are pooled. */
    private static final long HEAP_BYTES = 64 << 20;

    /** Of pools, which are filled when they are first used. */
    private static final int THREADS = 40;

    private static final int DESCRIPTORS = 16;
    private static final String POST = "POST /reports?type=simulated HTTP/1.1\r\nhost: localhost\r\n";
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

    @Test
    void eventStreamsWhoseClientsLeaveDuringTheLookup(TestInfo test) throws Exception {
        String id = new ApiClient(target.port).submit("/reports?type=simulated&duration=60m", "");
        attack(
                test,
                attackers -> attackers.repeat(8, connection -> {
                    connection.send("GET /reports/" + id + "/events HTTP/1.1\r\nhost: localhost\r\n\r\n");
                    connection.reset();
                }));
        await().atMost(PATIENCE).until(() -> {
            try (RawConnection connection = new RawConnection(target.port)) {
                connection.send("GET /events HTTP/1.1\r\nhost: localhost\r\n\r\n");
                return connection.head().status() == 200;
            }
        });
    }

    @Test
    void longPollsWhoseClientsLeave(TestInfo test) throws Exception {
        String id = new ApiClient(target.port).submit("/reports?type=simulated&duration=60m", "");
        attack(
                test,
                attackers -> attackers.repeat(8, connection -> {
                    connection.send("GET /reports/" + id + "?wait=60s HTTP/1.1\r\nhost: localhost\r\n\r\n");
                    connection.reset();
                }));
    }

    @Test
    void waitsForTracesWhoseClientsLeave(TestInfo test) throws Exception {
        attack(
                test,
                attackers -> attackers.repeat(8, connection -> {
                    connection.send(
                            "GET /traces/11111111111111111111111111111111?wait=60s HTTP/1.1\r\nhost: localhost\r\n\r\n");
                    connection.reset();
                }));
    }

    @Test
    void bodiesThatAreDeclaredAndTrickle(TestInfo test) throws Exception {
        attack(
                test,
                attackers -> attackers.hold(200, connection -> {
                    connection.send(POST + "content-length: " + (32 << 20) + "\r\n\r\n");
                    while (!attackers.isOver()) {
                        connection.send("x");
                        connection.answerWithin(Duration.ofMillis(500));
                    }
                }));
    }

    @Test
    void largeBodiesWhoseEndIsHeldBack(TestInfo test) throws Exception {
        String most = "x".repeat(31 << 20);
        attack(
                test,
                attackers -> attackers.hold(20, connection -> {
                    connection.send(POST + "content-length: " + (32 << 20) + "\r\n\r\n");
                    connection.send(most);
                }));
    }

    @Test
    void chunkedBodiesWithoutEnd(TestInfo test) throws Exception {
        String chunk = "10000\r\n" + "x".repeat(0x10000) + "\r\n";
        attack(
                test,
                attackers -> attackers.repeat(8, connection -> {
                    connection.send(POST + "transfer-encoding: chunked\r\n\r\n");
                    while (!attackers.isOver()) {
                        connection.send(chunk);
                    }
                }));
    }

    @Test
    void headsThatTrickle(TestInfo test) throws Exception {
        attack(
                test,
                attackers -> attackers.hold(200, connection -> {
                    connection.send("GET /health/live HTTP/1.1\r\nhost: localhost\r\na: ");
                    while (!attackers.isOver()) {
                        connection.send("x");
                        connection.answerWithin(Duration.ofMillis(500));
                    }
                }));
    }

    @Test
    void moreConnectionsThanThereMayBe(TestInfo test) throws Exception {
        attack(test, attackers -> attackers.hold(2 * AbuseTarget.MAX_CONNECTIONS, connection -> {}));
    }

    @Test
    void connectionsThatComeAndGo(TestInfo test) throws Exception {
        attack(test, attackers -> attackers.repeat(16, RawConnection::reset));
    }

    @Test
    void pipelinesWhoseAnswersNobodyReads(TestInfo test) throws Exception {
        String requests = "GET /openapi.yaml HTTP/1.1\r\nhost: localhost\r\n\r\n".repeat(2_000);
        attack(
                test,
                attackers -> attackers.hold(200, connection -> {
                    while (!attackers.isOver()) {
                        connection.send(requests);
                    }
                }));
    }

    @Test
    void spansWhoseLastByteIsHeldBack(TestInfo test) throws Exception {
        String spans = "{\"resourceSpans\":[],\"x\":\"" + "x".repeat(1 << 20) + "\"";
        attack(
                test,
                attackers -> attackers.hold(200, connection -> {
                    connection.send("POST /v1/traces HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
                            + "content-length: " + (spans.length() + 1) + "\r\n\r\n" + spans);
                    while (!attackers.isOver()) {
                        connection.answerWithin(Duration.ofMillis(500));
                    }
                    connection.send("}");
                }));
    }

    @Test
    void requestsThatBreakTheFraming(TestInfo test) throws Exception {
        attack(
                test,
                attackers -> attackers.repeat(8, connection -> {
                    connection.send(POST + "content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n");
                    assertThat(connection.answer().status()).isEqualTo(400);
                }));
    }

    @Test
    void http2BodiesOfUnknownLength(TestInfo test) throws Exception {
        attack(test, attackers -> attackers.holdHttp2(8, connection -> connection.upload(60, attackers::isOver)));
    }

    /** Netty before 4.2.15 held a client to the bound only after it had acknowledged it. */
    @Test
    void http2StreamsBeyondTheBoundThatNobodyAcknowledged(TestInfo test) throws Exception {
        attack(
                test,
                attackers -> attackers.holdHttp2(8, connection -> {
                    for (int stream = 1; !attackers.isOver(); stream += 2) {
                        connection.request(stream, "POST", "/reports?type=simulated", true);
                    }
                }));
    }

    @Test
    void http2SettingsThatNobodyAcknowledges(TestInfo test) throws Exception {
        attack(test, attackers -> attackers.holdHttp2(8, connection -> connection.flood(30_000, SETTINGS, 0, 0)));
    }

    @Test
    void http2Pings(TestInfo test) throws Exception {
        attack(
                test,
                attackers -> attackers.holdHttp2(8, connection -> connection.flood(100_000, PING, 0, 0, new byte[8])));
    }

    @Test
    void http2Resets(TestInfo test) throws Exception {
        attack(
                test,
                attackers -> attackers.holdHttp2(8, connection -> {
                    for (int stream = 1; !attackers.isOver(); stream += 2) {
                        connection.request(stream, "GET", "/reports/x?wait=60s", false);
                        connection.send(RST_STREAM, 0, stream, new byte[4]);
                    }
                }));
    }

    @Test
    void http2StreamsWithoutWindows(TestInfo test) throws Exception {
        attack(
                test,
                attackers -> attackers.holdHttp2(100, connection -> {
                    // The initial window of a stream: none.
                    connection.send(SETTINGS, 0, 0, new byte[] {0, 4, 0, 0, 0, 0});
                    for (int i = 0; i < 60; i++) {
                        connection.request(2 * i + 1, "GET", "/openapi.yaml", false);
                    }
                    connection.next(DATA);
                }));
    }

    @Test
    void resultsThatNobodyReads(TestInfo test) throws Exception {
        ApiClient client = new ApiClient(target.port);
        String id = client.submit("/reports?type=simulated&resultBytes=10000000", "");
        assertThat(client.ended(id).getString("state")).isEqualTo("done");
        attack(
                test,
                attackers -> attackers.hold(
                        250,
                        connection ->
                                connection.send("GET /reports/" + id + "/result HTTP/1.1\r\nhost: localhost\r\n\r\n")));
    }

    @Test
    void listsOfReports(TestInfo test) throws Exception {
        attack(
                test,
                attackers -> attackers.repeat(16, connection -> {
                    while (!attackers.isOver()) {
                        connection.request("GET /reports?limit=200 HTTP/1.1\nhost: localhost", "");
                    }
                }));
    }

    @Test
    void pagesOfOtherOrigins(TestInfo test) throws Exception {
        Queue<Integer> statuses = new ConcurrentLinkedQueue<>();
        attack(
                test,
                attackers -> attackers.repeat(8, connection -> {
                    String head = POST.replace("\r\n", "\n") + "origin: http://attacker.example\ncontent-length: 3";
                    statuses.add(connection.request(head, "abc").status());
                }));
        assertThat(statuses).containsOnly(403);
    }

    private interface Attack {
        void by(Attackers attackers) throws Exception;
    }

    private static void attack(TestInfo test, Attack attack) throws Exception {
        AbuseProbe probe = new AbuseProbe(target.port);
        AbuseProbe.Figures seen;
        try (Attackers attackers = new Attackers(target, SECONDS)) {
            attack.by(attackers);
        } finally {
            seen = probe.stop();
        }
        lines.add("%s: %s, %.1f times the quiet p99"
                .formatted(
                        test.getTestMethod().orElseThrow().getName(),
                        seen,
                        (double) seen.p99Millis() / Math.max(1, quiet.p99Millis())));
        assertThat(seen.errors()).as(target.log()).isEqualTo(Map.of());
        await().atMost(PATIENCE).untilAsserted(() -> {
            AbuseTarget.Resources now = target.resources();
            assertThat(now.heapBytes()).as("heap").isLessThan(before.heapBytes() + HEAP_BYTES);
            assertThat(now.threads()).as("threads").isLessThanOrEqualTo(before.threads() + THREADS);
            assertThat(now.descriptors()).as("descriptors").isLessThanOrEqualTo(before.descriptors() + DESCRIPTORS);
        });
        lines.set(lines.size() - 1, lines.get(lines.size() - 1) + "; then " + target.resources());
    }

    private static AbuseProbe.Figures probe(int seconds) throws Exception {
        AbuseProbe probe = new AbuseProbe(target.port);
        try (Attackers nobody = new Attackers(target, seconds)) {
            assertThat(nobody.isOver()).isFalse();
        }
        return probe.stop();
    }
}
