package io.redistributed.chaos;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The faults there are. */
final class Faults {

    private static final List<Fault> KNOWN = List.of(
            new KillFault("kill-worker", Fault.Lane.WORKERS),
            new StopFault(),
            new PauseFault(),
            new CutFault(),
            new KillFault("kill-api", Fault.Lane.SERVERS),
            new KillRedisFault(),
            new FreezeRedisFault(),
            new SlowRedisFault(),
            new ClockFault(),
            new KillClientsFault("kill-clients", "normal"),
            new KillClientsFault("kill-pubsub", "pubsub"));

    private Faults() {}

    static List<Fault> usual() {
        return KNOWN.stream().filter(Fault::isUsual).toList();
    }

    /** @param names with commas between; {@code usual} is all that are */
    static List<Fault> named(String names) {
        return Stream.of(names.split(","))
                .flatMap(name -> name.equals("usual") ? usual().stream() : Stream.of(one(name)))
                .toList();
    }

    private static Fault one(String name) {
        return KNOWN.stream()
                .filter(fault -> fault.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no fault " + name + "; there are "
                        + KNOWN.stream().map(Fault::name).collect(Collectors.joining(", "))));
    }
}
