package io.redistributed;

import static io.redistributed.testing.Waiting.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.redistributed.queue.InputUpload;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Raw inputs that are stored in chunks while they arrive. */
@Tag("slow")
class LongInputsTest {

    private static final int MAX_BYTES = 4 << 20;
    private static final int ROWS = 100_000;

    /** Characters of two to four bytes and line breaks in quotes, some of which span chunks. */
    private static final byte[] CSV = csv();

    @RegisterExtension
    static final ApiFixture api = ApiFixture.with("maxBodyBytes: 100000, maxInputBytes: " + MAX_BYTES);

    private static ApiClient client;

    @BeforeAll
    static void connect() {
        client = api.client();
    }

    @Test
    void longInputIsReadInChunks() {
        assertSummary(submitted(BodyPublishers.ofByteArray(CSV)));
        // Without a declared length.
        assertSummary(submitted(BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(CSV))));
    }

    @Test
    void compressedInputIsReadInChunks() throws IOException {
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        for (byte[] part : List.of(Arrays.copyOf(CSV, 1_000_001), Arrays.copyOfRange(CSV, 1_000_001, CSV.length))) {
            try (GZIPOutputStream out = new GZIPOutputStream(gzip)) {
                out.write(part);
            }
        }
        ByteArrayOutputStream deflate = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(deflate)) {
            out.write(CSV);
        }

        assertSummary(submitted(BodyPublishers.ofByteArray(gzip.toByteArray()), "content-encoding", "gzip"));
        assertSummary(submitted(BodyPublishers.ofByteArray(deflate.toByteArray()), "content-encoding", "deflate"));
    }

    @Test
    void generatorWithoutStreamsGetsInputWhole() {
        HttpResponse<String> response = client.send(
                "POST", "/reports?type=simulated", BodyPublishers.ofByteArray(CSV), "content-type", "text/csv");

        assertThat(client.ended(new JsonObject(response.body()).getString("id")).getString("state"))
                .isEqualTo("done");
    }

    @Test
    void repeatedRequestIsSameReport() {
        String[] key = {"idempotency-key", "long-1"};
        String first = submitted(BodyPublishers.ofByteArray(CSV), key);
        assertSummary(first);

        assertThat(submitted(BodyPublishers.ofByteArray(CSV), key)).isEqualTo(first);
        HttpResponse<String> other = post(BodyPublishers.ofByteArray(Arrays.copyOf(CSV, CSV.length - 1)), key);

        assertThat(other.statusCode()).isEqualTo(422);
        assertNoInputs();
    }

    @Test
    void rejectedInputLeavesNothing() throws IOException {
        byte[] tooLong = new byte[MAX_BYTES + 1];
        byte[] bomb = gzipped(tooLong);
        byte[] cut = Arrays.copyOf(bomb, bomb.length / 2);

        assertProblem(post(BodyPublishers.ofByteArray(tooLong)), 413, "the request body has more than 4194304 bytes");
        assertProblem(
                post(BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(tooLong))),
                413,
                "the request body has more than 4194304 bytes");
        assertProblem(
                post(BodyPublishers.ofByteArray(bomb), "content-encoding", "gzip"),
                413,
                "the decompressed request body has more than 4194304 bytes");
        assertProblem(
                post(BodyPublishers.ofByteArray(cut), "content-encoding", "gzip"),
                400,
                "the body is not gzip: it ends too early");
        assertNoInputs();
    }

    @Test
    void parametersAreCheckedBeforeTheRestOfALongInput() throws IOException {
        try (RawConnection connection = new RawConnection(api.port())) {
            RawConnection.Answer answer = connection.request("""
                    POST /reports?type=summary&top=x HTTP/1.1
                    Host: localhost
                    Content-Type: text/csv
                    Content-Length: 2000000
                    """, "a,b\n".repeat(InputUpload.CHUNK_BYTES / 4 + 1));

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.headers()).containsEntry("connection", "close");
            assertThat(answer.body()).contains("parameters.top");
        }
    }

    @Test
    void disconnectedClientLeavesNothing() throws IOException {
        try (RawConnection connection = new RawConnection(api.port())) {
            connection.send("POST /reports?type=summary HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/csv\r\n"
                    + "Content-Length: " + CSV.length + "\r\n\r\n");
            connection.send(Arrays.copyOf(CSV, CSV.length - 1));
            eventually(() -> !inputs().isEmpty());
        }

        assertNoInputs();
    }

    @Test
    void refusesInputThatRedisCannotTake() {

        api.redis().cli("CONFIG", "SET", "maxmemory", "1mb");
        try {
            HttpResponse<String> response = post(BodyPublishers.ofByteArray(CSV));

            assertThat(response.statusCode()).isEqualTo(503);
        } finally {
            api.redis().cli("CONFIG", "SET", "maxmemory", "0");
        }
        assertNoInputs();
    }

    /** They wait for Redis, as many as there are threads for all requests. */
    @Test
    void compressedInputsLeaveThreadsToOtherRequests() throws IOException {
        byte[] gzip = gzipped("a,b\n".repeat(InputUpload.CHUNK_BYTES).getBytes(UTF_8));
        submitted(BodyPublishers.ofString("a,b\n1,2\n"));
        int posts = VertxOptions.DEFAULT_WORKER_POOL_SIZE;
        ExecutorService clients = Executors.newFixedThreadPool(posts);
        AtomicInteger answers = new AtomicInteger();
        api.redis().pause();
        try {
            for (int i = 0; i < posts; i++) {
                clients.execute(() -> {
                    post(BodyPublishers.ofByteArray(gzip), "content-encoding", "gzip");
                    answers.incrementAndGet();
                });
            }
            eventually(() -> uploads() == posts);

            assertThat(client.get("/traces").statusCode()).isEqualTo(200);
            assertThat(answers).hasValue(0);
        } finally {
            api.redis().resume();
        }
        eventually(() -> answers.get() == posts);
        clients.shutdown();
        assertNoInputs();
    }

    /** Threads that upload an input or wait for their turn. */
    private static long uploads() {
        return Thread.getAllStackTraces().values().stream()
                .filter(frames -> Arrays.stream(frames)
                        .anyMatch(frame -> frame.getClassName().endsWith("ReportInputs$Reading")
                                && frame.getMethodName().equals("write")))
                .count();
    }

    private static void assertNoInputs() {
        eventually(() -> inputs().isEmpty());
    }

    private static List<?> inputs() {
        return (List<?>) api.redis().cli("KEYS", "{rd:0}:input:*");
    }

    private static void assertProblem(HttpResponse<String> response, int status, String detail) {
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(new JsonObject(response.body()).getString("detail")).isEqualTo(detail);
    }

    private static void assertSummary(String id) {
        JsonObject report = client.ended(id);
        assertThat(report.getString("state")).as(report.encode()).isEqualTo("done");
        JsonObject summary =
                new JsonObject(client.get("/reports/" + id + "/result").body());
        assertThat(summary.getInteger("rows")).isEqualTo(ROWS);
        JsonObject note = summary.getJsonArray("columns").getJsonObject(1);
        assertThat(note.getJsonArray("top").getJsonObject(0).getInteger("count"))
                .isEqualTo(ROWS);
    }

    private static String submitted(BodyPublisher body, String... headers) {
        HttpResponse<String> response = post(body, headers);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
        return new JsonObject(response.body()).getString("id");
    }

    private static HttpResponse<String> post(BodyPublisher body, String... headers) {
        return client.send("POST", "/reports?type=summary", body, headers);
    }

    private static byte[] gzipped(byte[] bytes) throws IOException {
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(gzip)) {
            out.write(bytes);
        }
        return gzip.toByteArray();
    }

    private static byte[] csv() {
        StringBuilder csv = new StringBuilder("id,note\n");
        for (int i = 0; i < ROWS; i++) {
            csv.append(i).append(",\"Gr\u00f6\u00dfe \u20ac\n\ud83d\ude00\"\n");
        }
        return csv.toString().getBytes(UTF_8);
    }
}
