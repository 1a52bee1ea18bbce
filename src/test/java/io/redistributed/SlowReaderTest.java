package io.redistributed;

import static org.assertj.core.api.Assertions.assertThat;

import io.redistributed.queue.Records;
import io.redistributed.testing.RedisCli;
import io.redistributed.testing.RedisServer;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Results that are longer than what any socket holds. */
class SlowReaderTest {

    private static final int BYTES = 64 << 20;
    private static final RedisServer redis = RedisServer.start();

    private static Service service;
    private static ApiClient client;
    private static byte[] bytes;
    private static String id;

    @BeforeAll
    static void start() throws IOException {
        service = Service.start("""
                redis: { endpoints: ["%s"] }
                verticles:
                  - { name: "java:io.redistributed.generate.SimulatedGenerator" }
                  - { name: "java:io.redistributed.worker.WorkerVerticle", config: { drain: 1ms } }
                  - { name: "java:io.redistributed.api.HttpVerticle", config: { port: PORT } }
                """.formatted(redis.url()));
        client = service.client();
        id = client.submit("/reports?type=simulated&resultBytes=" + 1000, "");
        assertThat(client.ended(id).getString("state")).isEqualTo("done");
        StringBuilder text = new StringBuilder();
        Random random = new Random(1);
        while (text.length() < BYTES) {
            text.append(random.nextLong()).append('\n');
        }
        text.setLength(BYTES);
        bytes = text.toString().getBytes(StandardCharsets.US_ASCII);
        try (RedisCli cli = new RedisCli(redis.port())) {
            cli.call("SET", "{rd:0}:result:" + id, text.toString());
            cli.call(Records.remove(id, "result"));
            cli.call(Records.set(id, "size", String.valueOf(BYTES)));
        }
    }

    @AfterAll
    static void stop() {
        service.close();
        redis.close();
    }

    @Test
    @Tag("slow")
    void longResultIsCompleteAndCompressedOnRequest() throws IOException {
        HttpResponse<byte[]> plain = client.sendBytes("GET", "/reports/" + id + "/result", BodyPublishers.noBody());
        assertThat(plain.headers().firstValueAsLong("content-length")).hasValue(BYTES);
        assertThat(plain.body()).isEqualTo(bytes);

        HttpResponse<byte[]> gzip = client.sendBytes(
                "GET", "/reports/" + id + "/result", BodyPublishers.noBody(), "accept-encoding", "gzip");
        assertThat(gzip.headers().firstValue("content-encoding")).hasValue("gzip");
        assertThat(new GZIPInputStream(new ByteArrayInputStream(gzip.body())).readAllBytes())
                .isEqualTo(bytes);
    }

    @Test
    void headReadsNoResult() throws IOException {
        long before = sent();
        HttpResponse<String> head = client.send("HEAD", "/reports/" + id + "/result", BodyPublishers.noBody());
        assertThat(head.headers().firstValueAsLong("content-length")).hasValue(BYTES);
        assertThat(sent() - before).isLessThan(1 << 20);
    }

    @Test
    void unreadResultStaysInRedis() throws IOException {
        long before = sent();
        try (Socket slow = new Socket()) {
            slow.setReceiveBufferSize(4096);
            slow.setSoTimeout((int) TimeUnit.SECONDS.toMillis(20));
            slow.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), service.port()));
            slow.getOutputStream()
                    .write(("GET /reports/" + id + "/result HTTP/1.1\r\nhost: localhost\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            InputStream in = slow.getInputStream();
            assertThat(new String(in.readNBytes(15), StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 200 OK");
            assertThat(client.ended(id).getString("state")).isEqualTo("done");
            assertThat(sent() - before).isLessThan(BYTES / 2);
        }
    }

    @Test
    void replacedResultEndsConnection() throws IOException {
        String other = client.submit("/reports?type=simulated&resultBytes=10", "");
        assertThat(client.ended(other).getString("state")).isEqualTo("done");
        try (RedisCli cli = new RedisCli(redis.port());
                Socket reader = new Socket()) {
            cli.call("SETRANGE", "{rd:0}:result:" + other, String.valueOf(BYTES - 1), "x");
            cli.call(Records.remove(other, "result"));
            cli.call(Records.set(other, "size", String.valueOf(BYTES)));
            reader.setReceiveBufferSize(4096);
            reader.setSoTimeout((int) TimeUnit.SECONDS.toMillis(20));
            reader.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), service.port()));
            reader.getOutputStream()
                    .write(("GET /reports/" + other + "/result HTTP/1.1\r\nhost: localhost\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            InputStream in = reader.getInputStream();
            in.readNBytes(15);
            cli.call(Records.set(other, "ended", "1"));
            assertThat(in.readAllBytes().length).isLessThan(BYTES);
        }
        assertThat(new JsonObject(client.get("/reports/" + other).body()).getString("id"))
                .isEqualTo(other);
    }

    private static long sent() throws IOException {
        try (RedisCli cli = new RedisCli(redis.port())) {
            String stats = (String) cli.call("INFO", "stats");
            return stats.lines()
                    .filter(line -> line.startsWith("total_net_output_bytes:"))
                    .mapToLong(line -> Long.parseLong(line.split(":")[1].strip()))
                    .sum();
        }
    }
}
