package io.redistributed.api.events;

import static io.redistributed.testing.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A client of a topic that changes faster than the client reads. */
@ExtendWith(VertxExtension.class)
class EventStreamTest {

    private static final Pattern NUMBER = Pattern.compile("\"n\":(\\d+)");
    private static final int CHANGES = 500;

    @Test
    void slowClientSkipsToLatestState(Vertx vertx) throws Exception {
        EventHub node = EventHub.of(vertx);
        AtomicInteger changes = new AtomicInteger();
        EventTopic topic = new EventTopic(node, (queue, changing) -> {
            int n = changes.incrementAndGet();
            changing.put("thing", "report", JsonObject.of("n", n, "long", "x".repeat(200_000)));
            return Future.succeededFuture(n < CHANGES ? 1L : EventTopic.OVER);
        });
        node.add(new EventHub.QueueAccess(vertx.getOrCreateContext(), null));
        AtomicLong deepest = new AtomicLong();
        HttpServer server = await(vertx.createHttpServer()
                .requestHandler(request -> {
                    new EventStream(vertx, request.response(), topic, all -> true, null).begin();
                    vertx.setPeriodic(
                            1,
                            due -> deepest.accumulateAndGet(request.response().bytesWritten(), Math::max));
                })
                .listen(0, "127.0.0.1"));

        HttpClientResponse response = await(vertx.createHttpClient()
                .request(HttpMethod.GET, server.actualPort(), "127.0.0.1", "/")
                .compose(request -> request.send())
                .onSuccess(HttpClientResponse::pause));
        await().atMost(Duration.ofSeconds(30)).until(() -> changes.get() == CHANGES);
        long writtenUnread = deepest.get();
        Future<String> body = response.body().map(Object::toString);
        response.resume();

        List<Integer> seen = NUMBER.matcher(await(body))
                .results()
                .map((MatchResult found) -> Integer.valueOf(found.group(1)))
                .toList();
        assertThat(seen)
                .isNotEmpty()
                .isSorted()
                .doesNotHaveDuplicates()
                .endsWith(CHANGES)
                .hasSizeLessThan(CHANGES / 2);
        // Only the buffers of both sockets, although all changes are 100 MB.
        assertThat(writtenUnread).isLessThan(CHANGES * 200_000L / 4);
    }

    @Test
    void topicKeepsLatestOfEachSubject(Vertx vertx) {
        EventTopic topic = new EventTopic(EventHub.of(vertx), (queue, changing) -> Future.succeededFuture(1L));
        for (int n = 1; n <= 1000; n++) {
            topic.put("a", "report", JsonObject.of("n", n));
            topic.put("b", "report", JsonObject.of("same", true));
        }
        assertThat(topic.after(0, all -> true))
                .extracting(event -> event.text().toString())
                .satisfiesExactly(
                        b -> assertThat(b).contains("same"), a -> assertThat(a).contains("1000"));
        LiveEvent last = topic.after(0, all -> true).get(1);
        assertThat(topic.numberOf(last.id())).isEqualTo(last.number());
        assertThat(topic.after(last.number(), all -> true)).isEmpty();
        assertThat(topic.numberOf("of-another-node")).isZero();
        assertThat(topic.numberOf(last.id() + "99999999999999999999")).isZero();
    }
}
