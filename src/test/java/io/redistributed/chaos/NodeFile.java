package io.redistributed.chaos;

/** The configuration files of the nodes. */
final class NodeFile {

    private static final String SHARED = """
            redis: %s
            tracing: { sampler: %s, exporters: [{ type: otlp, endpoint: "%s" }] }
            queue: { partitions: %d, lease: %dms, maxAttempts: %d, maxCrashes: 100, backoff: 200ms, retention: 30d, maxStored: 1TiB, maxWaiting: 10000000 }
            verticles:
              - { name: "java:io.redistributed.export.JaegerExporterVerticle" }
            """;

    private static final String API = """
              - { name: "java:io.redistributed.api.HttpVerticle", config: { host: %s, port: %d } }
            """;

    private static final String WORKER = """
              - { name: "java:io.redistributed.chaos.ExecutionJournal" }
              - { name: "java:io.redistributed.chaos.ExecutionJournal$Summary" }
              - { name: "java:io.redistributed.chaos.ExecutionJournal$Simulated" }
              - { name: "java:io.redistributed.worker.WorkerVerticle", config: { slots: %d } }
            """;

    private static final String LOOPBACK = "127.0.0.1";

    /** Of each worker. */
    static final int SLOTS = 16;

    private NodeFile() {}

    /**
     * YAML. No report may fail because workers were lost: each is struck by far more faults than in ordinary life.
     *
     * @param redis its settings
     * @param address where an API node listens
     * @param port of an API node; 0 for a worker
     */
    static String text(String redis, String collector, ChaosOptions options, String address, int port) {
        // Other hosts reach it, and its network is its own.
        String access = address.equals(LOOPBACK) ? "" : "auth: { insecure: true }\n";
        return access
                + SHARED.formatted(
                        redis,
                        options.inBulk() ? "always_off" : "parentbased_always_on",
                        collector,
                        options.partitions(),
                        options.lease().toMillis(),
                        Task.ATTEMPTS)
                + (port == 0 ? WORKER.formatted(SLOTS) : API.formatted(address, port));
    }
}
