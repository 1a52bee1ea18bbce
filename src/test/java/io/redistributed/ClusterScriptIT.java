package io.redistributed;

import static io.redistributed.testing.Waiting.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.redistributed.testing.Ports;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@code scripts/cluster.sh} in a copy of the project's folder, so that no other cluster is affected. */
class ClusterScriptIT {

    private static final List<String> MEMBERS = List.of("redis", "api-1", "api-2", "worker-1", "worker-2", "worker-3");

    @TempDir
    private Path project;

    private int port;

    @BeforeEach
    void layOutTheProject() throws IOException {
        Path own = Path.of("").toAbsolutePath();
        for (String folder : List.of("scripts", "conf")) {
            copy(own.resolve(folder), project.resolve(folder));
        }
        for (String source : List.of("src", "pom.xml")) {
            Files.createSymbolicLink(project.resolve(source), own.resolve(source));
        }
        // After its sources, so that it need not be built.
        Files.createDirectory(project.resolve("target"));
        Files.copy(Path.of(System.getProperty("redistributed.jar")), project.resolve("target/redistributed.jar"));
        port = threeFreePorts();
    }

    @AfterEach
    void stop() throws Exception {
        cluster("stop");
    }

    @Test
    void servesRecoversAndStops() throws Exception {
        assertThat(start()).as("start").isZero();
        assertThat(processes()).hasSameSizeAs(MEMBERS);
        List<Long> pids = pids();
        ApiClient one = new ApiClient(port);
        ApiClient other = new ApiClient(port + 1);

        List<String> ids = IntStream.range(0, 6)
                .mapToObj(i -> one.submit("/reports?type=simulated&duration=2s", ""))
                .toList();
        eventually(() -> ids.stream()
                .allMatch(id -> new JsonObject(other.get("/reports/" + id).body())
                        .getString("state")
                        .equals("running")));
        assertTheTraceIsWholeOnBoth(one, other);
        ProcessHandle worker = ProcessHandle.of(pid("worker-1")).orElseThrow();
        worker.destroy();

        assertThat(ids.stream().map(other::ended))
                .as("reports while one worker stops")
                .isNotEmpty()
                .allSatisfy(report -> {
                    assertThat(report.getString("state")).isEqualTo("done");
                    assertThat(report.getInteger("attempt")).isEqualTo(1);
                })
                .anySatisfy(report -> assertThat(report.getString("worker")).contains("-" + worker.pid() + "-"));
        worker.onExit().get(30, TimeUnit.SECONDS);
        assertThat(cluster("status")).as("status without a worker").isEqualTo(1);

        assertThat(start()).as("start of missing processes").isZero();
        assertThat(cluster("status")).as("status").isZero();
        pids.remove(worker.pid());
        assertThat(pids()).as("only the missing one was started").containsAll(pids);

        assertThat(cluster("stop")).as("stop").isZero();
        assertThat(processes()).isEmpty();
    }

    @Test
    void failedStartIsCleanedUp() throws Exception {
        try (ServerSocket taken = new ServerSocket(port + 1, 1, InetAddress.getLoopbackAddress())) {
            assertThat(start()).isEqualTo(1);
            assertThat(output()).contains("cannot listen on 127.0.0.1:" + taken.getLocalPort());
        }
        assertThat(processes()).isEmpty();
    }

    /** Each process sends its spans to both APIs, so a trace that crossed processes is whole on either. */
    private static void assertTheTraceIsWholeOnBoth(ApiClient one, ApiClient other) {
        JsonObject report = one.ended(one.submit("/reports?type=summary", "a,b\n1,2\n"));
        String trace = report.getJsonObject("links").getString("trace");
        for (ApiClient api : List.of(one, other)) {
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(SpanTree.of(
                                    new JsonObject(api.get(trace + "?wait=2s").body()))
                            .text())
                    .isEqualTo("""
                                    api SERVER POST /reports
                                      api PRODUCER publish reports
                                        api CLIENT EVALSHA submit
                                        report-generator CONSUMER process reports
                                          report-generator CLIENT EVALSHA finish
                                          report-generator CLIENT GET
                                          report-generator INTERNAL generate summary
                                    """));
        }
    }

    private int start() throws Exception {
        return cluster("start", "--port", String.valueOf(port));
    }

    /** The exit status; called from a folder that is not the project's. */
    private int cluster(String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of(project.resolve("scripts/cluster.sh").toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(project.resolve("conf").toFile())
                .redirectErrorStream(true)
                .redirectOutput(project.resolve("output").toFile())
                .start();
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        return process.exitValue();
    }

    private String output() throws IOException {
        return Files.readString(project.resolve("output"));
    }

    private List<Long> pids() {
        return new ArrayList<>(MEMBERS.stream().map(this::pid).toList());
    }

    private long pid(String member) {
        try {
            return Long.parseLong(Files.readString(project.resolve("data/cluster/" + member + ".pid"))
                    .strip());
        } catch (IOException e) {
            throw new IllegalStateException(member + " has no pid file", e);
        }
    }

    /**
     * Command lines of the cluster's processes, found among all processes of this machine. Dead processes have none.
     */
    private List<String> processes() {
        String own = project.resolve("data/cluster") + "/";
        return ProcessHandle.allProcesses()
                .flatMap(process -> process.info().commandLine().stream())
                .filter(command -> command.contains(own))
                .toList();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    private static int threeFreePorts() {
        while (true) {
            int base = Ports.free();
            try (ServerSocket second = new ServerSocket(base + 1, 1, InetAddress.getLoopbackAddress());
                    ServerSocket third = new ServerSocket(base + 2, 1, InetAddress.getLoopbackAddress())) {
                return second.getLocalPort() - 1;
            } catch (IOException taken) {
                continue;
            }
        }
    }
}
