package io.redistributed.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.redistributed.queue.Operation.Retry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Invariants of the data in Redis after each script, and between two scripts. */
final class Invariants {

    private static final Set<String> KEYS = Set.of(
            "report:",
            "message:",
            "input:",
            "result:",
            "idempotency:",
            "waiting",
            "waiting:",
            "turns",
            "delayed",
            "leased:",
            "worker:",
            "heartbeats",
            "workers:",
            "typesets",
            "announcers",
            "recent",
            "ended",
            "bytes",
            "reaped",
            "grace",
            "protocol:1",
            "version",
            "damaged",
            "types");

    private Invariants() {}

    static void check(Snapshot stored) {
        Set<String> reports = stored.names("report");
        Map<String, List<String>> homes = homes(stored);
        Set<String> endings = endings(stored);
        for (String id : reports) {
            Map<String, String> report = stored.report(id);
            List<String> home = homes.getOrDefault(id, List.of());
            switch (ReportState.of(report.get("state"))) {
                case QUEUED -> assertThat(home).as("home of %s", id).isIn(List.of("waiting"), List.of("delayed"));
                case RUNNING ->
                    assertThat(home).as("home of %s", id).containsExactly("leased to " + report.get("worker"));
                case DONE, FAILED, CANCELLED ->
                    assertThat(home).as("home of %s", id).isEmpty();
            }
            boolean ended = isTerminal(report);
            assertThat(report.containsKey("ended")).as("%s has ended", id).isEqualTo(ended);
            assertThat(endings.contains(report.get("ended") + " " + id))
                    .as("%s may be forgotten", id)
                    .isEqualTo(ended);
        }
        assertThat(Long.parseLong((String) stored.values().getOrDefault("bytes", "0")))
                .as("bytes")
                .isEqualTo(reports.stream().mapToLong(id -> bytes(stored, id)).sum());
        assertThat(reports).as("reports with a home").containsAll(homes.keySet());
        assertThat(reports).as("reports with an input").containsAll(stored.names("input"));
        assertThat(reports).as("reports with a result").containsAll(stored.names("result"));

        Set<String> workers = stored.sorted("heartbeats").keySet();
        for (String typeSet : stored.names("workers")) {
            assertThat(workers)
                    .as("workers that have beaten")
                    .containsAll(stored.sorted("workers:" + typeSet).keySet());
        }
        assertThat(workers).as("workers with leases").containsAll(stored.names("leased"));
        assertThat(stored.names("worker")).as("workers with a record").isEqualTo(workers);
        for (String typeSet : stored.names("workers")) {
            stored.sorted("workers:" + typeSet).forEach((worker, free) -> {
                Map<String, String> record = stored.hash("worker:" + worker);
                int leased = stored.hash("leased:" + worker).size();
                assertThat(record).as("types").containsEntry("types", typeSet);
                assertThat(free).as("free slots of %s", worker).isEqualTo(Long.parseLong(record.get("slots")) - leased);
            });
        }
        assertThat(stored.set("waiting")).as("queues").isEqualTo(stored.names("waiting"));
        if (stored.names("waiting").isEmpty()) {
            assertThat(stored.values()).doesNotContainKey("turns");
        }
        assertThat(stored.values().keySet())
                .as("unknown keys")
                .filteredOn(key -> !KEYS.contains(key.substring(0, key.indexOf(':') + 1)) && !KEYS.contains(key))
                .isEmpty();
    }

    /** An ended report stays unchanged unless it is retried. Its end is announced once. */
    static void checkStep(Snapshot before, Operation operation, List<String> published, Snapshot after) {
        Set<String> reports = new HashSet<>(before.names("report"));
        reports.addAll(after.names("report"));
        for (String id : reports) {
            Map<String, String> was = before.report(id);
            Map<String, String> is = after.report(id);
            List<String> announced = published.stream()
                    .filter(message -> message.startsWith("ended ")
                            && Set.of(message.split(" ")).contains(id))
                    .toList();
            if (is.equals(was) && announced.isEmpty()) {
                continue;
            }
            boolean triedAgain = operation instanceof Retry retry && retry.id().equals(id) && !isTerminal(is);
            if (isTerminal(was) && !triedAgain) {
                assertThat(announced)
                        .as("repeated announcement of the end of %s", id)
                        .isEmpty();
                assertThat(is).as("%s, which has ended", id).isIn(was, Map.of());
            } else {
                assertThat(is).as("%s, which has not ended", id).isNotEmpty();
                assertThat(announced).as("announcements of the end of %s", id).hasSize(isTerminal(is) ? 1 : 0);
            }
            if (!is.isEmpty()) {
                assertThat(attempt(is)).as("attempt of %s", id).isBetween(attempt(was), attempt(was) + 1);
            }
        }
    }

    /** Time and id of each. */
    private static Set<String> endings(Snapshot stored) {
        Set<String> endings = new HashSet<>();
        for (String entry : stored.list("ended")) {
            String[] words = entry.split(" ");
            Stream.of(words).skip(1).forEach(id -> endings.add(words[0] + " " + id));
        }
        return endings;
    }

    private static Map<String, List<String>> homes(Snapshot stored) {
        Map<String, List<String>> homes = new HashMap<>();
        for (String queue : stored.names("waiting")) {
            String[] typeAndOwner = queue.split(" ");
            stored.sorted("waiting:" + queue).keySet().forEach(id -> {
                assertThat(stored.report(id)).as(id).containsEntry("type", typeAndOwner[0]);
                assertThat(id.split("-").length > 2).as("%s has an owner", id).isEqualTo(typeAndOwner.length > 1);
                assertThat(id).endsWith(typeAndOwner.length > 1 ? "-" + typeAndOwner[1] : "");
                add(homes, id, "waiting");
            });
        }
        stored.sorted("delayed").keySet().forEach(id -> add(homes, id, "delayed"));
        for (String worker : stored.names("leased")) {
            stored.hash("leased:" + worker).keySet().forEach(id -> add(homes, id, "leased to " + worker));
        }
        return homes;
    }

    private static void add(Map<String, List<String>> homes, String id, String home) {
        homes.computeIfAbsent(id, any -> new ArrayList<>()).add(home);
    }

    private static long bytes(Snapshot stored, String id) {
        Map<String, String> report = stored.report(id);
        long content = ((String) stored.values().getOrDefault("message:" + id, "")).length();
        for (Map.Entry<String, String> part :
                Map.of("input", "input:" + id, "size", "result:" + id).entrySet()) {
            Object beside = stored.values().getOrDefault(part.getValue(), "");
            int length = part.getKey().equals("size") && report.containsKey("result")
                    ? report.get("result").length()
                    : beside instanceof Map
                            ? String.join("", stored.hash(part.getValue()).values())
                                    .length()
                            : ((String) beside).length();
            assertThat(report.getOrDefault(part.getKey(), "0"))
                    .as("%s of %s", part.getKey(), id)
                    .isEqualTo(String.valueOf(length));
            content += length;
        }
        return Long.parseLong(report.get("bytes of head")) + content;
    }

    private static boolean isTerminal(Map<String, String> report) {
        return !report.isEmpty() && ReportState.of(report.get("state")).isTerminal();
    }

    private static int attempt(Map<String, String> report) {
        return Integer.parseInt(report.getOrDefault("attempt", "0"));
    }
}
