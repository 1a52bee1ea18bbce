package io.redistributed.chaos;

import io.redistributed.testing.RedisCli;
import io.redistributed.testing.RedisServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds writes that a master accepted and its successor never received. Redis answers before it replicates, so such
 * losses are not errors of the queue.
 *
 * <p>While the master lives, marks are written between the other commands. Replication is in order: everything in the
 * master's append-only file before the successor's last mark was replicated. Later writes were not, except some before
 * the next mark, a millisecond later.
 */
final class LastWrites implements AutoCloseable {

    private static final String ID = "([0-9]{1,2}-[0-9a-f]{32})";
    private static final Pattern REPORT = Pattern.compile("(?<![0-9a-f])" + ID + "(?![0-9a-f])");

    /** {@code ZADD {rd:0}:recent <time> <ids>} belongs to nothing but the acceptance of reports. */
    private static final Pattern SUBMITTED =
            Pattern.compile(":recent\r\n\\$[0-9]+\r\n[0-9]+\r\n\\$[0-9]+\r\n([-0-9a-f ]+)\r\n");

    /** Begins the keys of the marks. */
    static final String MARK = "chaos:";

    private final String key;
    private final RedisCli marks;
    private final FileChannel file;
    private final long begin;
    private String replicated;
    private String successors;

    private LastWrites(RedisServer master, int partition) throws IOException {
        key = MARK + "{rd:" + partition + "}";
        // Stays open when the master, being a replica, makes itself another one.
        file = FileChannel.open(appendOnlyFile(master.folder()));
        begin = file.size();
        marks = master.connect();
    }

    /** Returns once all replicas are known to have all that was taken before. */
    static LastWrites watch(RedisServer master, int partition) throws IOException {
        LastWrites writes = new LastWrites(master, partition);
        writes.mark();
        long replicas = ((List<?>) ((List<?>) master.cli("ROLE")).get(2)).size();
        Patience.until(() ->
                writes.marks.call("WAIT", String.valueOf(replicas), "1000").equals(replicas));
        Thread thread = new Thread(writes::goOn, "marks");
        thread.setDaemon(true);
        thread.start();
        return writes;
    }

    private String mark() throws IOException {
        String mark = String.valueOf(System.nanoTime());
        marks.call("SET", key, mark);
        return mark;
    }

    private void goOn() {
        try {
            while (true) {
                mark();
                Thread.sleep(1);
            }
        } catch (IOException | InterruptedException masterIsGone) {
            Thread.currentThread().interrupt();
        }
    }

    /** To be called as soon as there is a successor. */
    void succeededBy(RedisServer successor) {
        replicated = (String) successor.cli("GET", key);
        successors = String.valueOf(System.nanoTime());
        Patience.until(() -> successor.cli("SET", key, successors) != null);
    }

    /** To be called when the old master, if it lives, has become a replica. */
    Unreplicated unreplicated() throws IOException {
        InputStream rest = Channels.newInputStream(file.position(begin));
        String taken = new String(rest.readAllBytes(), StandardCharsets.ISO_8859_1);
        if (taken.contains(successors)) {
            // It could take up the successor's stream where its own had ended.
            return new Unreplicated();
        }
        int lost = taken.indexOf(replicated);
        if (lost < 0) {
            throw new IllegalStateException("the successor lacks what all replicas had: it has the mark " + replicated);
        }
        return new Unreplicated(all(REPORT, taken.substring(lost)), submitted(taken.substring(lost)));
    }

    private static Set<String> all(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(found -> found.group(1)).collect(Collectors.toSet());
    }

    private static Set<String> submitted(String text) {
        return SUBMITTED
                .matcher(text)
                .results()
                .flatMap(found -> Stream.of(found.group(1).split(" ")))
                .collect(Collectors.toSet());
    }

    @Override
    public void close() throws IOException {
        marks.close();
        file.close();
    }

    private static Path appendOnlyFile(Path folder) throws IOException {
        Path all = folder.resolve("appendonlydir");
        String name = Files.readAllLines(all.resolve("appendonly.aof.manifest")).stream()
                .filter(line -> line.endsWith(" type i"))
                .map(line -> line.split(" ")[1])
                .reduce((first, last) -> last)
                .orElseThrow();
        return all.resolve(name);
    }
}
