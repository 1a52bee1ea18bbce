package io.redistributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.redistributed.testing.RedisServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The event streams and their cost. */
class EventsTest {

    private static final int MAX_STREAMS = 256;
    private static final Pattern CALLS = Pattern.compile("cmdstat_(\\S+):calls=(\\d+)");

    private static RedisServer redis;
    private static Service service;
    private static ApiClient client;

    @BeforeAll
    static void start() {
        redis = RedisServer.start();
        // Heartbeats and reaping are by scripts too: with such a lease there are next to none.
        service = Service.start("""
                redis: { endpoints: ["%s"] }
                queue: { lease: 1h }
                verticles:
                  - name: "java:io.redistributed.export.JaegerExporterVerticle"
                  - name: "java:io.redistributed.generate.SimulatedGenerator"
                  - name: "java:io.redistributed.worker.WorkerVerticle"
                  - name: "java:io.redistributed.api.HttpVerticle"
                    instances: 2
                    config: { port: PORT }
                """.formatted(redis.url()));
        client = service.client();
    }

    @AfterAll
    static void stop() {
        service.close();
        redis.close();
    }

    @Test
    void reportStreamHasEachChangeAndEnds() {
        String id = client.submit("/reports?type=simulated&duration=1500ms", "");
        try (Events events = new Events("/reports/" + id + "/events")) {
            List<Event> all = events.rest();
            assertThat(all.get(0).data().getString("state")).isEqualTo("running");
            assertThat(all.get(all.size() - 1).data()).isEqualTo(client.ended(id));
            assertThat(all).extracting(Event::name).containsOnly("report");
            assertThat(all)
                    .extracting(Event::id)
                    .isNotEmpty()
                    .doesNotHaveDuplicates()
                    .endsWith("done-1");
        }
    }

    @Test
    void resumeAfterEndIsAnswered204() {
        String id = client.submit("/reports?type=simulated", "");
        client.ended(id);
        assertThat(client.get("/reports/" + id + "/events", "last-event-id", "done-1")
                        .statusCode())
                .isEqualTo(204);
        try (Events events = new Events("/reports/" + id + "/events", "last-event-id", "running-1")) {
            assertThat(events.rest()).extracting(Event::id).containsExactly("done-1");
        }
    }

    @Test
    void resumedStreamHasMissedEvents() {
        String before = client.submit("/reports?type=simulated", "");
        client.ended(before);
        try (Events staying = new Events("/events")) {
            // A stream that was open before may have left an older state, without the report.
            while (!before.equals(staying.next().data().getString("id"))) {}
            Event last = staying.next();
            while (!last.name().equals("figures")) {
                last = staying.next();
            }
            String after = client.submit("/reports?type=simulated", "");
            client.ended(after);
            try (Events back = new Events("/events", "last-event-id", last.id())) {
                Event event = back.next();
                while (!after.equals(event.data().getString("id"))) {
                    assertThat(event.data().getString("id")).isNotEqualTo(before);
                    event = back.next();
                }
            }
            try (Events stranger = new Events("/events", "last-event-id", "x-1")) {
                assertThat(stranger.next().name()).isEqualTo("report");
            }
        }
    }

    @Test
    void streamIsNeitherTracedNorCompressed() {
        try (Events events = new Events("/events", "accept-encoding", "gzip")) {
            assertThat(events.headers.firstValue("content-type")).hasValue("text/event-stream");
            assertThat(events.headers.firstValue("x-trace-id")).isEmpty();
            assertThat(events.headers.firstValue("content-encoding").orElse("identity"))
                    .isEqualTo("identity");
        }
        assertThat(client.send("HEAD", "/events", HttpRequest.BodyPublishers.noBody())
                        .statusCode())
                .isEqualTo(200);
        try (Events events = new Events("/events/")) {
            assertThat(events.headers.firstValue("x-trace-id")).isEmpty();
        }
    }

    @Test
    void requestsWithoutStreamLeaveNothing() throws Exception {
        String id = client.submit("/reports?type=simulated", "");
        client.ended(id);
        long before = topics();

        client.send("HEAD", "/reports/" + id + "/events", HttpRequest.BodyPublishers.noBody());

        assertThat(topics()).isLessThanOrEqualTo(before);
    }

    /** Topics in the heap. */
    private static long topics() throws JMException {
        String histogram = ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {new String[0]},
                        new String[] {String[].class.getName()})
                .toString();
        Matcher found = Pattern.compile("(\\d+) +\\d+ +io\\.redistributed\\.api\\.events\\.EventTopic\\s")
                .matcher(histogram);
        return found.find() ? Long.parseLong(found.group(1)) : 0;
    }

    @Test
    @Tag("slow")
    void pollsRedisOnceForAllClientsAndNotWithoutClients() {
        await().atMost(Duration.ofSeconds(30)).until(EventsTest::isQuiet);

        List<Events> lookers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            lookers.add(new Events("/events"));
        }
        Events first = lookers.get(0);
        nextFigures(first);
        long before = calls("evalsha");
        int looks = 5;
        for (int i = 0; i < looks; i++) {
            nextFigures(first);
        }
        // Two scripts a look, of which one may have begun before and one after.
        assertThat(calls("evalsha") - before).isBetween(2L * (looks - 1), 2L * (looks + 2));

        lookers.forEach(Events::close);
        await().atMost(Duration.ofSeconds(30)).until(EventsTest::isQuiet);
    }

    @Test
    void limitsStreams() throws IOException {
        Deque<Socket> streams = new ArrayDeque<>();
        try {
            int status = 200;
            while (status == 200 && streams.size() <= MAX_STREAMS) {
                Socket socket = new Socket("127.0.0.1", service.port());
                streams.push(socket);
                status = status(socket);
            }
            assertThat(status).isEqualTo(503);
            HttpResponse<String> refused = client.get("/events");
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("content-type")).hasValue("application/problem+json");
            assertThat(refused.headers().firstValue("retry-after")).isPresent();
            assertThat(new JsonObject(refused.body()).getString("detail")).contains("256 event streams");
        } finally {
            for (Socket stream : streams) {
                stream.close();
            }
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            try (Socket socket = new Socket("127.0.0.1", service.port())) {
                return status(socket) == 200;
            }
        });
    }

    @Test
    @Tag("slow")
    void disconnectDuringLookupTakesNoStream() throws IOException {
        String id = client.submit("/reports?type=simulated&duration=60s", "");
        for (int i = 0; i < 2 * MAX_STREAMS; i++) {
            RawConnection connection = new RawConnection(service.port());
            connection.send("GET /reports/" + id + "/events HTTP/1.1\r\nhost: localhost\r\n\r\n");
            connection.reset();
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            try (Socket socket = new Socket("127.0.0.1", service.port())) {
                return status(socket) == 200;
            }
        });
        List<Events> all = new ArrayList<>();
        for (int i = 0; i < MAX_STREAMS; i++) {
            all.add(new Events("/events"));
        }
        all.forEach(Events::close);
        client.send("DELETE", "/reports/" + id, HttpRequest.BodyPublishers.noBody());
    }

    @Test
    @Tag("slow")
    void streamSurvivesRedisOutage() {
        RedisServer other = RedisServer.start();
        Service node = Service.start("""
                redis: { endpoints: ["%s"] }
                verticles:
                  - name: "java:io.redistributed.api.HttpVerticle"
                    config: { port: PORT }
                """.formatted(other.url()));
        try (Events events = new Events(node.port(), "/events")) {
            nextFigures(events);
            other.kill();
            while (!events.next().name().equals("trouble")) {
                // What was on its way.
            }
            other.restart();
            nextFigures(events);
        } finally {
            node.close();
            other.close();
        }
    }

    @Test
    void stoppingNodeEndsStreams() {
        Service node = Service.start("""
                redis: { endpoints: ["%s"] }
                verticles:
                  - name: "java:io.redistributed.api.HttpVerticle"
                    instances: 2
                    config: { port: PORT }
                """.formatted(redis.url()));
        try (Events events = new Events(node.port(), "/events")) {
            List<Event> seen = new ArrayList<>(List.of(nextFigures(events)));
            node.close();
            seen.addAll(events.rest());
            assertThat(seen).extracting(Event::name).contains("figures").doesNotContain("trouble");
        }
    }

    private static Event nextFigures(Events events) {
        while (true) {
            Event event = events.next();
            if (event.name().equals("figures")) {
                return event;
            }
        }
    }

    /** No script ran between two heartbeats of the connections. */
    private static boolean isQuiet() {
        long scripts = calls("evalsha");
        long heartbeats = calls("unsubscribe");
        await().atMost(Duration.ofSeconds(30)).until(() -> calls("unsubscribe") >= heartbeats + 4);
        return calls("evalsha") == scripts;
    }

    private static long calls(String command) {
        Matcher found = CALLS.matcher(redis.cli("info", "commandstats").toString());
        while (found.find()) {
            if (found.group(1).equals(command)) {
                return Long.parseLong(found.group(2));
            }
        }
        return 0;
    }

    private static int status(Socket socket) throws IOException {
        socket.getOutputStream()
                .write("GET /events HTTP/1.1\r\nhost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        return Integer.parseInt(new String(in.readNBytes(12), StandardCharsets.US_ASCII).substring(9));
    }

    private record Event(String id, String name, JsonObject data) {}

    /** A stream that was opened. */
    private static final class Events implements AutoCloseable {

        private final HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        private final java.net.http.HttpHeaders headers;
        private final Stream<String> lines;
        private final Iterator<String> line;

        Events(String path, String... headers) {
            this(service.port(), path, headers);
        }

        Events(int port, String path, String... headers) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
            if (headers.length > 0) {
                request.headers(headers);
            }
            HttpResponse<Stream<String>> response = http.sendAsync(request.build(), HttpResponse.BodyHandlers.ofLines())
                    .join();
            assertThat(response.statusCode()).isEqualTo(200);
            this.headers = response.headers();
            lines = response.body();
            line = lines.iterator();
        }

        Event next() {
            String id = null;
            String name = null;
            while (true) {
                String text = line.next();
                if (text.startsWith("id: ")) {
                    id = text.substring(4);
                } else if (text.startsWith("event: ")) {
                    name = text.substring(7);
                } else if (text.startsWith("data: ")) {
                    return new Event(id, name, new JsonObject(text.substring(6)));
                }
            }
        }

        /** Until the stream ends. */
        List<Event> rest() {
            List<Event> all = new ArrayList<>();
            while (line.hasNext()) {
                String text = line.next();
                if (text.startsWith("id: ")) {
                    String id = text.substring(4);
                    String name = line.next().substring(7);
                    all.add(new Event(id, name, new JsonObject(line.next().substring(6))));
                }
            }
            return all;
        }

        @Override
        public void close() {
            lines.close();
        }
    }
}
