package io.redistributed.queue;

import io.redistributed.queue.Operation.Call;
import io.redistributed.queue.Operation.Listen;
import io.redistributed.redis.LuaScript;
import io.redistributed.testing.RedisCli;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The queue's scripts on a real Redis, at a time of the caller's choice; one operation is one round trip. */
final class RealQueue implements Closeable {

    /**
     * What came of one operation.
     *
     * @param reply with messages in short form; the words of an error
     * @param published as {@code channel message}, without the partition's prefix
     */
    record Step(Object reply, List<String> published, Snapshot stored) {}

    private static final String PARTITION = Snapshot.PARTITION;
    private static final String END_OF_STEP = "end of step";

    private final RedisCli commands;
    private final RedisCli subscription;
    private final Map<String, LuaScript> scripts = new HashMap<>();
    private final LuaScript clock = LuaScript.load(QueueScripts.class, "clock");

    /** To be {@linkplain #clear cleared} before it is used. */
    RealQueue(int port) throws IOException {
        commands = new RedisCli(port);
        subscription = new RedisCli(port);
        subscription.call("SUBSCRIBE", END_OF_STEP);
        subscription.call("PSUBSCRIBE", PARTITION + ":ended");
        subscription.call("PSUBSCRIBE", PARTITION + ":control:*");
        load(clock);
        load(Snapshot.SCRIPT);
    }

    private void load(LuaScript script) throws IOException {
        scripts.put(script.name(), script);
        commands.call("SCRIPT", "LOAD", script.source());
    }

    /** @param micros since the epoch; far from now, or Redis' own clock lets keys expire */
    Step run(Operation operation, long micros) throws IOException {
        if (operation instanceof Listen listen) {
            String channel = PARTITION + ":worker:" + listen.worker();
            subscription.call(listen.listens() ? "SUBSCRIBE" : "UNSUBSCRIBE", channel);
        }
        Call call = operation.call();
        List<byte[]> bytes = new ArrayList<>();
        List<String> command =
                new ArrayList<>(List.of("EVALSHA", scripts.get(call.script()).sha1()));
        command.addAll(List.of("3", PARTITION, String.valueOf(micros / 1_000_000), String.valueOf(micros % 1_000_000)));
        Stream.concat(command.stream(), Stream.of(call.arguments())).forEach(argument -> bytes.add(bytes(argument)));
        commands.sendBytes(bytes);
        commands.send("EVALSHA", Snapshot.SCRIPT.sha1(), "1", PARTITION);
        commands.send("PUBLISH", END_OF_STEP, "");

        Object reply = reply(operation);
        Snapshot stored = Snapshot.of(commands.read());
        commands.read();
        return new Step(reply, published(), stored);
    }

    private static byte[] bytes(Object argument) {
        return argument instanceof byte[] bytes ? bytes : argument.toString().getBytes(StandardCharsets.UTF_8);
    }

    private Object reply(Operation operation) {
        try {
            return operation.readable(commands.read());
        } catch (IOException e) {
            return "error: " + e.getMessage();
        }
    }

    private List<String> published() throws IOException {
        List<String> published = new ArrayList<>();
        while (true) {
            List<?> push = (List<?>) subscription.read();
            String channel = (String) push.get(push.size() - 2);
            if (channel.equals(END_OF_STEP)) {
                return published;
            }
            Object message = Messages.readable(push.get(push.size() - 1));
            published.add(channel.substring(PARTITION.length() + 1) + " " + message);
        }
    }

    /** Forgets all reports and workers. */
    void clear(QueueSettings settings, Iterable<String> workers) throws IOException {
        String constants = QueueScripts.constants(settings, false);
        for (String name : List.of("submit", "finish", "heartbeat", "reap", "leave", "cancel", "retry", "workers")) {
            load(LuaScript.load(QueueScripts.class, name).after(constants).after(clock.source() + "\n"));
        }
        commands.call("FLUSHALL");
        for (String worker : workers) {
            subscription.call("UNSUBSCRIBE", PARTITION + ":worker:" + worker);
        }
    }

    @Override
    public void close() throws IOException {
        commands.close();
        subscription.close();
    }
}
