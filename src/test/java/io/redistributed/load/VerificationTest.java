package io.redistributed.load;

import static io.redistributed.testing.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.junit5.VertxExtension;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class VerificationTest {

    private static final Instant SINCE = Instant.parse("2026-11-22T08:00:51Z");
    private static final String REPORT = "0-0123456789abcdef0123456789abcdef";
    private static final String FIRST_PAGE =
            "{\"reports\":[{\"id\":\"0-fedcba9876543210fedcba9876543210\",\"created\":\"2026-11-22T08:00:51.300Z\"}],\"cursor\":\"next\"}";
    private static final String SECOND_PAGE = """
            {"reports": [{
              "id": "%s", "state": "done", "attempt": 1, "size": 2,
              "created": "2026-11-22T08:00:51Z", "ended": "2026-11-22T08:00:51.2Z"
            }]}""".formatted(REPORT);

    @Test
    void readsPagesBackToTheFirstReport(Vertx vertx) {
        HttpServer server = await(vertx.createHttpServer()
                .requestHandler(request ->
                        request.response().end(request.getParam("cursor").isEmpty() ? FIRST_PAGE : SECOND_PAGE))
                .listen(0, "127.0.0.1"));
        HttpClientAgent http = vertx.createHttpClient();
        Expectation expectation = Expectation.of(ExpectationTest.plan("simulated", "{}"), Buffer.buffer());
        Tally tally = new Tally(0, 1);
        Accounts accounts = new Accounts(1);
        accounts.keep(REPORT, true);

        Promise<Void> over = Promise.promise();
        // A client is used on the event loop of its connection, or it may miss the beginning of a body.
        vertx.runOnContext(
                v -> http.connect(new HttpConnectOptions().setHost("127.0.0.1").setPort(server.actualPort()))
                        .map(connection -> new Client(connection, ""))
                        .compose(client -> new Verification(
                                        client, "simulated", SINCE, expectation, tally, accounts, System.nanoTime())
                                .run())
                        .onComplete(over));
        await(over.future());

        assertThat(tally.faults()).isEmpty();
        assertThat(tally.completed.sum()).isEqualTo(1);
    }
}
