package io.redistributed.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.redistributed.load.GeneratorHealth.Findings;
import io.redistributed.system.ClientTls;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

class LoadResultTest {

    private static final Findings HEALTHY = new Findings(0.2, 100, Duration.ofSeconds(1));

    private final long start = System.nanoTime();
    private final Tally tally = new Tally(start, start + TimeUnit.SECONDS.toNanos(10));

    @Test
    void latencyCountsFromDueTime() {
        tally.sent(start);
        // Duration of a stall of the service or the network.
        while (System.nanoTime() - start < TimeUnit.MILLISECONDS.toNanos(50)) {
            Thread.onSpinWait();
        }
        tally.accepted(start);

        LoadResult result = result(plan(100), HEALTHY);

        assertThat(result.accept().getMinValue()).isGreaterThanOrEqualTo(49_000);
    }

    @Test
    void closedLoopIsCorrectedForStalls() {
        for (int i = 0; i < 1_000; i++) {
            tally.accept.record(TimeUnit.MILLISECONDS.toNanos(1));
        }
        tally.accept.record(TimeUnit.MILLISECONDS.toNanos(1_000));

        LoadResult result = result(plan(0), HEALTHY);

        assertThat(result.accept().getTotalCount()).isEqualTo(1_001);
        assertThat(result.corrected().getTotalCount()).isBetween(1_990L, 2_010L);
        assertThat(result.corrected().getValueAtPercentile(75)).isBetween(480_000L, 520_000L);
    }

    @Test
    void ignoresRequestsOutsideMeasuredTime() {
        tally.sent(start - 1);
        tally.accepted(start - 1);
        tally.sent(start + TimeUnit.SECONDS.toNanos(10));
        tally.sent(start);
        tally.accepted(start);

        JsonObject reports = result(plan(100), HEALTHY).json().getJsonObject("reports");

        assertThat(reports.getLong("sent")).isOne();
        assertThat(reports.getLong("accepted")).isOne();
    }

    @Test
    void busyGeneratorIsBottleneck() {
        assertThat(new Findings(0.91, 0, Duration.ZERO).bottlenecks(1_000, 0))
                .singleElement()
                .asString()
                .contains("91%", "--threads");
        assertThat(new Findings(0.89, 0, Duration.ZERO).bottlenecks(1_000, 0)).isEmpty();
    }

    @Test
    void lateGeneratorIsBottleneck() {
        assertThat(HEALTHY.bottlenecks(1_000, 1_999)).isEmpty();
        assertThat(HEALTHY.bottlenecks(1_000, 2_001)).singleElement().asString().contains("2.0 ms late", "--rate");
        assertThat(HEALTHY.bottlenecks(100_000, 49_000)).isEmpty();
        assertThat(HEALTHY.bottlenecks(100_000, 51_000)).hasSize(1);
    }

    @Test
    void completionRateUsesClockOfRedis() {
        tally.ended(true, report("2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00.500Z"));
        tally.ended(true, report("2026-01-01T00:00:01.000Z", "2026-01-01T00:00:02.000Z"));
        tally.ended(false, report("2025-01-01T00:00:00.000Z", "2025-01-01T00:00:01.000Z"));

        assertThat(tally.completedPerSecond()).isEqualTo(1.0);
        assertThat(tally.stored().getTotalCount()).isEqualTo(2);
    }

    @Test
    void pageIsSelfContainedAndWellFormed() throws Exception {
        tally.sent(start);
        tally.accepted(start);
        tally.awaited(start);
        tally.wrong("<script>alert(1)</script>");
        Series series = new Series(tally, start, Duration.ofSeconds(10));
        series.collect();
        LoadResult result = new LoadResult(plan(0), Instant.EPOCH, tally, series.intervals(), HEALTHY);

        String page = ResultPage.of(result);

        assertThat(page).doesNotContain("<script", "src=", "url(").contains("&lt;script&gt;");
        String svg = page.replaceAll("(?s).*?(<figure>.*</figure>).*", "<all>$1</all>");
        assertThat(DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(new InputSource(new StringReader(svg)))
                        .getElementsByTagName("svg")
                        .getLength())
                .isEqualTo(3);
    }

    @Test
    void runWithoutResponseHasPage() throws IOException {
        assertThat(ResultPage.of(result(plan(100), HEALTHY)))
                .contains("accepted 0")
                .doesNotContain("<svg", "NaN");
    }

    private LoadResult result(LoadPlan plan, Findings health) {
        List.of(tally.lag, tally.accept, tally.done).forEach(Latencies::collect);
        return new LoadResult(plan, Instant.EPOCH, tally, List.of(), health);
    }

    private static LoadPlan plan(double rate) {
        return new LoadPlan(
                List.of(URI.create("http://127.0.0.1:8080")),
                rate,
                1,
                64,
                1,
                Duration.ZERO,
                Duration.ofSeconds(10),
                "simulated",
                new JsonObject(),
                null,
                1,
                1,
                1,
                Duration.ofSeconds(60),
                "",
                ClientTls.NONE);
    }

    private static JsonObject report(String created, String ended) {
        return new JsonObject()
                .put("state", "done")
                .put("attempt", 1)
                .put("created", created)
                .put("ended", ended);
    }
}
