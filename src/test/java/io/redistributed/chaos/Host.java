package io.redistributed.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A host: a network namespace of Linux, joined by a cable to the bridge that {@code scripts/hosts.sh} has made. Packets to and
 * from it can be dropped by a filter of the kernel's traffic control, where that is available.
 */
final class Host implements Network {

    static final String BRIDGE = "hosts";
    private static final String SUBNET = "10.77.0.";
    private static final long PERCENT = (1L << 32) / 100;

    /** Offsets in an Ethernet frame. */
    private static final int ETHER_TYPE = 12;

    private static final int SOURCE = 26;
    private static final int DESTINATION = 30;

    /** Of a classic BPF program: the ancillary word that is random. */
    private static final long RANDOM = 0xFFFFF038L;

    private final String name;
    private final String address;

    private Host(String name, String address) {
        this.name = name;
        this.address = address;
    }

    /** @param number in the subnet, below 254 */
    static Host create(String name, int number) {
        Host host = new Host(name, SUBNET + number);
        run("ip", "netns", "add", name);
        run("ip", "link", "add", host.cable(), "type", "veth", "peer", "name", "eth0", "netns", name);
        run("ip", "link", "set", host.cable(), "master", BRIDGE, "up");
        run("ip", "-n", name, "address", "add", host.address + "/24", "dev", "eth0");
        run("ip", "-n", name, "link", "set", "eth0", "up");
        run("ip", "-n", name, "link", "set", "lo", "up");
        if (hasTrafficControl()) {
            run("tc", "qdisc", "add", "dev", host.cable(), "clsact");
        }
        return host;
    }

    /** Whether packets can be dropped and delayed; if not, only cables can be pulled. */
    static boolean hasTrafficControl() {
        return Boolean.getBoolean("redistributed.hosts.tc");
    }

    String name() {
        return name;
    }

    @Override
    public String address() {
        return address;
    }

    @Override
    public List<String> launcher() {
        return List.of("ip", "netns", "exec", name);
    }

    @Override
    public List<String> javaOptions(Path hosts) {
        return List.of();
    }

    @Override
    public void cut() {
        run("ip", "link", "set", cable(), "down");
    }

    /** Drops what this host sends to another. */
    void dropTo(Host other) {
        filter("ingress", match(DESTINATION, other.address, 100));
    }

    /** Drops what another host sends to this one. */
    void dropFrom(Host other) {
        filter("egress", match(SOURCE, other.address, 100));
    }

    /** Drops what this host sends to an address. */
    void dropTo(String other) {
        filter("ingress", match(DESTINATION, other, 100));
    }

    /** Drops packets of both directions by chance. */
    void lose(int percent) {
        for (String direction : List.of("ingress", "egress")) {
            filter(direction, match(ETHER_TYPE, null, percent));
        }
    }

    /** Makes its cable narrow, in both directions; what does not fit into a short queue is dropped. */
    void slow(int kilobits) {
        List<String> qdisc = List.of("root", "tbf", "rate", kilobits + "kbit", "burst", "16kb", "limit", "48kb");
        run(join(List.of("tc", "qdisc", "replace", "dev", cable()), qdisc));
        run(join(List.of("tc", "-n", name, "qdisc", "replace", "dev", "eth0"), qdisc));
    }

    @Override
    public void mend() {
        run("ip", "link", "set", cable(), "up");
        if (hasTrafficControl()) {
            run("tc", "filter", "del", "dev", cable(), "ingress");
            run("tc", "filter", "del", "dev", cable(), "egress");
            removeQdisc("tc", "qdisc", "del", "dev", cable(), "root");
            removeQdisc("tc", "-n", name, "qdisc", "del", "dev", "eth0", "root");
        }
    }

    @Override
    public void delay(long millis) {
        throw new UnsupportedOperationException("a host's cable can be slow instead");
    }

    /** Nothing: the namespaces end with the one that the script made for them all. */
    @Override
    public void close() {}

    private String cable() {
        return "v-" + name;
    }

    private void filter(String direction, List<String> program) {
        run(
                "tc",
                "filter",
                "add",
                "dev",
                cable(),
                direction,
                "bpf",
                "direct-action",
                "bytecode",
                program.size() + "," + String.join(",", program));
    }

    /**
     * A classic BPF program that drops a share of the IPv4 packets with an address, or of all; it answers 2 for these, which
     * is TC_ACT_SHOT, and else 0. An instruction is code, jump if true, jump if false, value.
     */
    private static List<String> match(int offset, String address, int percent) {
        List<String> program = new ArrayList<>();
        int toPass = address == null ? 4 : 6;
        program.add("40 0 0 " + ETHER_TYPE);
        program.add("21 0 " + (toPass - 1) + " 2048");
        if (address != null) {
            program.add("32 0 0 " + offset);
            program.add("21 0 3 " + number(address));
        }
        program.add("32 0 0 " + RANDOM);
        program.add("53 1 0 " + Math.min(percent * PERCENT, 0xFFFFFFFFL));
        program.add("6 0 0 2");
        program.add("6 0 0 0");
        return program;
    }

    private static long number(String address) {
        long number = 0;
        for (String part : address.split("\\.")) {
            number = number << 8 | Integer.parseInt(part);
        }
        return number;
    }

    private static String[] join(List<String> command, List<String> more) {
        List<String> all = new ArrayList<>(command);
        all.addAll(more);
        return all.toArray(String[]::new);
    }

    private static void removeQdisc(String... command) {
        // Without one this fails, which is as good.
        execute(command);
    }

    private static void run(String... command) {
        String output = execute(command);
        if (!output.isEmpty()) {
            throw new IllegalStateException(String.join(" ", command) + ": " + output);
        }
    }

    /** Returns what it prints if it fails; empty if it succeeds. */
    private static String execute(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return "does not end";
            }
            return process.exitValue() == 0 ? "" : "exit code " + process.exitValue() + " " + output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
