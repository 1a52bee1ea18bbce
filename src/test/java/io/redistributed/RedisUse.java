package io.redistributed;

import io.redistributed.testing.RedisCli;
import io.redistributed.testing.RedisServer;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What each user of a Redis has it do, as MONITOR shows it. Safe to use from any thread. */
final class RedisUse implements AutoCloseable {

    /** Time, database and client's address, or {@code lua}, and the quoted words of the command. */
    private static final Pattern LINE = Pattern.compile("[\\d.]+ \\[\\d+ (\\S+)] (.*)", Pattern.DOTALL);

    private static final Pattern WORD = Pattern.compile("\"((?:[^\"\\\\]++|\\\\.)*+)\"");
    private static final Pattern CLIENT = Pattern.compile("(?m)^.*\\baddr=(\\S+) .*\\buser=(\\S+).*$");
    private static final String SCRIPT = "lua";

    /** What matters for rights is at the beginning. */
    private static final int MAX_WORD = 1_000;

    /** A command by a connection, or by a script that the connection called. */
    record Call(String address, boolean inScript, List<String> words) {

        /** In lower case. */
        String command() {
            return words.get(0).toLowerCase(Locale.ROOT);
        }
    }

    private final RedisServer redis;
    private final RedisCli monitor;
    private final Thread thread = new Thread(this::read);
    private final Queue<Call> calls = new ConcurrentLinkedQueue<>();
    private final Map<String, String> users = new ConcurrentHashMap<>();
    private volatile boolean closed;

    private RedisUse(RedisServer redis, RedisCli monitor) {
        this.redis = redis;
        this.monitor = monitor;
    }

    static RedisUse watch(RedisServer redis) throws IOException {
        RedisCli monitor = redis.connect();
        monitor.call("MONITOR");
        RedisUse use = new RedisUse(redis, monitor);
        use.thread.start();
        return use;
    }

    /** Notes whose the open connections are; calls of connections that were never noted do not count. */
    void note() {
        Matcher client = CLIENT.matcher((String) redis.cli("CLIENT", "LIST"));
        while (client.find()) {
            users.put(client.group(1), client.group(2));
        }
    }

    Stream<Call> calls(String user) {
        return calls.stream().filter(call -> user.equals(users.get(call.address())));
    }

    /** The commands that it sends itself, in lower case, but those that need no right. */
    Set<String> commands(String user) {
        return calls(user)
                .filter(call -> !call.inScript())
                .map(Call::command)
                .filter(command -> !Set.of("hello", "auth").contains(command))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The digests of the scripts that it calls. */
    Set<String> scripts(String user) {
        return calls(user)
                .filter(call -> call.command().equals("evalsha"))
                .map(call -> call.words().get(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Override
    public void close() throws IOException {
        closed = true;
        monitor.close();
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void read() {
        String caller = "";
        while (!closed) {
            try {
                Matcher line = LINE.matcher((String) monitor.read());
                if (line.matches()) {
                    boolean inScript = line.group(1).equals(SCRIPT);
                    caller = inScript ? caller : line.group(1);
                    calls.add(new Call(caller, inScript, words(line.group(2))));
                }
            } catch (EOFException ended) {
                return;
            } catch (IOException pause) {
                // Redis had nothing to tell for some seconds, on a busy machine in the middle of a line.
            }
        }
    }

    private static List<String> words(String quoted) {
        List<String> words = new ArrayList<>();
        WORD.matcher(quoted)
                .results()
                .map(word -> word.group(1))
                .forEach(word -> words.add(word.substring(0, Math.min(word.length(), MAX_WORD))));
        return words;
    }
}
