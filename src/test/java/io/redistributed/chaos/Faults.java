package io.redistributed.chaos;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The faults there are. */
final class Faults {

    private static final List<Fault> KNOWN = List.of(
            new KillFault("kill-worker", Fault.Track.WORKERS),
            new StopFault(),
            new PauseFault(),
            new CutFault(),
            new KillFault("kill-api", Fault.Track.SERVERS),
            new KillRedisFault(),
            new FreezeRedisFault(),
            new SlowRedisFault(),
            new LoseMasterFault("kill-master", true),
            new LoseMasterFault("freeze-master", false),
            new FailoverFault(),
            new ClockFault(),
            new KillClientsFault("kill-clients", "normal"),
            new KillClientsFault("kill-pubsub", "pubsub"));

    private Faults() {}

    static List<Fault> usual(Topology topology) {
        return suiting(topology).filter(Fault::isUsual).toList();
    }

    /** @param names with commas between; {@code usual} is all that are */
    static List<Fault> named(String names, Topology topology) {
        return Stream.of(names.split(","))
                .flatMap(name -> name.equals("usual") ? usual(topology).stream() : Stream.of(one(name, topology)))
                .toList();
    }

    private static Fault one(String name, Topology topology) {
        return suiting(topology)
                .filter(fault -> fault.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "there is no fault " + name + " in the topology " + topology + "; there are "
                                + suiting(topology).map(Fault::name).collect(Collectors.joining(", "))));
    }

    private static Stream<Fault> suiting(Topology topology) {
        return topology == Topology.HOSTS
                ? LinkFault.all().stream()
                : KNOWN.stream().filter(fault -> fault.suits(topology));
    }
}
