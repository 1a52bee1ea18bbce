package io.redistributed.chaos;

import io.redistributed.testing.OtlpCollector;
import io.redistributed.testing.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** Redis, API nodes and workers, each of them a process, and a collector that takes the spans of all. */
final class Cluster implements AutoCloseable {

    private static final int APIS = 2;
    private static final int WORKERS = 3;

    /** Seconds by which Redis is behind from the start, if its clock is among the faults. */
    private static final int FIRST_CLOCK_OFFSET = -300;

    private final Servers redis;
    private final OtlpCollector collector = new OtlpCollector();
    private final SpanLog spans = new SpanLog();
    private final List<Node> apis = new ArrayList<>();
    private final List<Node> workers = new ArrayList<>();
    private final List<Life> lives = new CopyOnWriteArrayList<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final Thread atExit = new Thread(this::killAll);
    private final ChaosOptions options;
    private final FakeClock clock;

    private Cluster(ChaosOptions options) throws IOException {
        this.options = options;
        this.clock = new FakeClock(options.folder().resolve("clock"), FIRST_CLOCK_OFFSET);
        boolean isClockFaked = options.faults().stream().anyMatch(ClockFault.class::isInstance);
        this.redis = options.topology().start(isClockFaked ? clock.environment() : Map.of());
        Runtime.getRuntime().addShutdownHook(atExit);
        collector.passOn(spans::add);
        for (int i = 1; i <= APIS; i++) {
            apis.add(node("api-" + i, Ports.free()));
        }
        for (int i = 1; i <= WORKERS; i++) {
            workers.add(node("worker-" + i, 0));
        }
    }

    /** Returns once all nodes are ready. */
    static Cluster start(ChaosOptions options) throws IOException, InterruptedException {
        Cluster cluster = new Cluster(options);
        try {
            for (Node node : cluster.nodes()) {
                node.start();
            }
            return cluster;
        } catch (IOException | InterruptedException | RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    Servers redis() {
        return redis;
    }

    /** For faults that not every topology knows. */
    ReplicatedServers replicatedRedis() {
        return (ReplicatedServers) redis;
    }

    Topology topology() {
        return options.topology();
    }

    int anyPartition(Random random) {
        return random.nextInt(options.partitions());
    }

    SpanLog spans() {
        return spans;
    }

    List<Node> apis() {
        return apis;
    }

    List<Node> workers() {
        return workers;
    }

    List<Node> nodes() {
        return Stream.concat(apis.stream(), workers.stream()).toList();
    }

    /** The partition that its master has; -1 if that has all. */
    int struckWith(int partition) {
        return options.topology() == Topology.CLUSTER ? partition : -1;
    }

    Node anyWorker(Random random) {
        return workers.get(random.nextInt(WORKERS));
    }

    FakeClock clock() {
        return clock;
    }

    Duration lease() {
        return options.lease();
    }

    /** Every process there was. */
    List<Life> lives() {
        return lives;
    }

    /** Sends SIGTERM; a node that does not stop is killed and reported. */
    void stop(Node node) throws InterruptedException {
        String name = node.life().name();
        if (!node.stop()) {
            complaints.add(name + " does not end on SIGTERM");
        }
    }

    /** Lets a node start with another jar from now on. */
    void use(Node node, Path jar) throws IOException {
        node.use(command(node.name(), node.network(), jar));
    }

    /** Problems of processes. */
    List<String> complaints() {
        return complaints;
    }

    @Override
    public void close() throws IOException {
        Runtime.getRuntime().removeShutdownHook(atExit);
        killAll();
        for (Node node : nodes()) {
            node.network().close();
        }
        collector.close();
        redis.close();
    }

    private void killAll() {
        lives.forEach(life -> life.process().destroyForcibly());
    }

    private Node node(String name, int port) throws IOException {
        Network network = redis.network(name, 1 + apis.size() + workers.size());
        Files.writeString(
                options.folder().resolve(name + ".yaml"),
                NodeFile.text(redis.settings(), redis.reachable(collector.port()), options, network.address(), port));
        return new Node(name, port, network, options.folder(), command(name, network, options.jar()), lives::add);
    }

    private List<String> command(String name, Network network, Path jar) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                options.inBulk() ? "-Xmx256m" : "-Xmx128m",
                // Many reports are worth an optimizing compiler.
                "-XX:TieredStopAtLevel=" + (options.inBulk() ? 4 : 1),
                "-XX:+UseSerialGC",
                "-cp",
                jar + ":" + ownClasses()));
        command.addAll(network.javaOptions(options.folder().resolve(name + ".hosts")));
        command.add("io.redistributed.Main");
        return command;
    }

    /** Where the {@link ExecutionJournal} is. */
    private static String ownClasses() {
        return ExecutionJournal.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath();
    }
}
