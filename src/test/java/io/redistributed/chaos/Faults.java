package io.redistributed.chaos;

import java.util.List;
import java.util.stream.Collectors;

/** The faults there are. */
final class Faults {

    private static final List<Fault> KNOWN = List.of(
            new KillFault("kill-worker", Fault.Lane.WORKERS),
            new StopFault(),
            new PauseFault(),
            new CutFault(),
            new ClockFault(),
            new KillFault("kill-api", Fault.Lane.SERVERS),
            new KillRedisFault(),
            new FreezeRedisFault(),
            new SlowRedisFault(),
            new KillClientsFault("kill-clients", "normal"),
            new KillClientsFault("kill-pubsub", "pubsub"));

    private Faults() {}

    /** Those that can be used on this machine; of the others it tells why not. */
    static List<Fault> all() {
        KNOWN.stream()
                .filter(fault -> !fault.hindrance().isEmpty())
                .forEach(fault -> System.out.println("Without " + fault.name() + ": " + fault.hindrance()));
        return KNOWN.stream().filter(fault -> fault.hindrance().isEmpty()).toList();
    }

    static Fault named(String name) {
        return KNOWN.stream()
                .filter(fault -> fault.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no fault " + name + "; there are "
                        + KNOWN.stream().map(Fault::name).collect(Collectors.joining(", "))));
    }
}
