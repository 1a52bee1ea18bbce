package io.redistributed.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One operation on the queue, applied to the model and to Redis. Each is valid in any state, so any can be removed from
 * a sequence.
 */
sealed interface Operation {

    /** The model's reply, in the form of {@link Messages#readable}; null for none. */
    Object on(QueueModel model);

    /** The call of Redis: a script of the queue and its arguments after the settings. */
    Call call();

    /** What Redis answered, in the form of the model's reply. */
    default Object readable(Object reply) {
        return Messages.readable(reply);
    }

    /** The same with less to it. */
    default Stream<Operation> simpler() {
        return Stream.empty();
    }

    /** @param script name of the script; {@code clock} for none, which only advances the time */
    record Call(String script, Object... arguments) {

        private static final Call NONE = new Call("clock");
    }

    /** A call with one or more reports. */
    record SubmitAll(List<Submit> reports, int mostWaiting) implements Operation {

        @Override
        public Object on(QueueModel model) {
            return model.submit(this);
        }

        @Override
        public Call call() {
            List<Object> arguments = new ArrayList<>();
            arguments.add(new MessagePack().put("most", mostWaiting).toBytes());
            for (Submit report : reports) {
                arguments.add(report.id());
                arguments.add(report.block().toBytes());
                arguments.add(report.hasInput() ? Submit.INPUT : "");
            }
            return new Call("submit", arguments.toArray());
        }

        @Override
        public Stream<Operation> simpler() {
            return IntStream.range(0, reports.size())
                    .boxed()
                    .flatMap(i -> Stream.concat(
                            reports.size() > 1 ? Stream.of(without(i)) : Stream.empty(),
                            reports.get(i).simpler().map(simple -> with(i, simple))));
        }

        private SubmitAll without(int i) {
            List<Submit> fewer = new ArrayList<>(reports);
            fewer.remove(i);
            return new SubmitAll(fewer, mostWaiting);
        }

        private SubmitAll with(int i, Submit report) {
            List<Submit> changed = new ArrayList<>(reports);
            changed.set(i, report);
            return new SubmitAll(changed, mostWaiting);
        }

        @Override
        public String toString() {
            return "submit " + reports
                    + (mostWaiting < RandomOperations.MANY ? ", at most " + mostWaiting + " waiting" : "");
        }
    }

    /**
     * @param key idempotency key, or empty
     * @param fingerprint of the request; empty without a key
     * @param timeout ms; 0 for that of the settings
     */
    record Submit(
            String id, String type, String key, String fingerprint, int priority, long timeout, boolean hasInput) {

        static final String INPUT = "input";

        MessagePack block() {
            return new MessagePack()
                    .put("type", type)
                    .put("message", message())
                    .put("trace", trace())
                    .putUnlessEmpty("input", hasInput ? String.valueOf(INPUT.length()) : "")
                    .putUnlessEmpty("timeout", timeout > 0 ? String.valueOf(timeout) : "")
                    .putUnlessEmpty("priority", priority > 0 ? String.valueOf(priority) : "")
                    .putUnlessEmpty("key", key)
                    .putUnlessEmpty("fingerprint", fingerprint);
        }

        String message() {
            return Messages.HEADER + "{\"id\":\"" + id + "\",\"type\":\"" + type + "\""
                    + (hasInput ? ",\"input\":" + INPUT.length() : "");
        }

        String trace() {
            return "trace of " + id;
        }

        Stream<Submit> simpler() {
            return Stream.of(
                            new Submit(id, type, "", "", priority, timeout, hasInput),
                            new Submit(id, type, key, fingerprint, 0, timeout, hasInput),
                            new Submit(id, type, key, fingerprint, priority, 0, hasInput),
                            new Submit(id, type, key, fingerprint, priority, timeout, false))
                    .filter(other -> !other.equals(this));
        }

        @Override
        public String toString() {
            return id + " of type " + type
                    + (key.isEmpty() ? "" : ", key " + key + " for request " + fingerprint)
                    + (priority > 0 ? ", priority " + priority : "")
                    + (timeout > 0 ? ", timeout " + timeout + " ms" : "")
                    + (hasInput ? ", with input" : "");
        }
    }

    /** A call with one or more outcomes. */
    record FinishAll(List<Finish> attempts) implements Operation {

        @Override
        public Object on(QueueModel model) {
            return model.finish(this);
        }

        @Override
        public Call call() {
            List<String> workers = workers();
            List<Object> arguments = new ArrayList<>();
            arguments.add(MessagePack.list(workers.stream()
                    .map(worker -> new MessagePack()
                            .put("worker", worker)
                            .put("types", typeSet(worker))
                            .put("more", more(worker)))
                    .toList()));
            for (Finish attempt : attempts) {
                arguments.add(
                        attempt.block(workers.indexOf(attempt.worker()) + 1).toBytes());
                arguments.add(attempt.isDone() ? Finish.RESULT : "");
            }
            return new Call("finish", arguments.toArray());
        }

        /** In the order in which they are first named. */
        List<String> workers() {
            return attempts.stream().map(Finish::worker).distinct().toList();
        }

        int more(String worker) {
            return (int) attempts.stream()
                    .filter(attempt -> attempt.worker().equals(worker) && attempt.more())
                    .count();
        }

        private String typeSet(String worker) {
            return attempts.stream()
                    .filter(attempt -> attempt.worker().equals(worker))
                    .map(attempt -> String.join(",", attempt.types()))
                    .findFirst()
                    .orElseThrow();
        }

        @Override
        public Stream<Operation> simpler() {
            return IntStream.range(0, attempts.size())
                    .filter(i -> attempts.size() > 1)
                    .mapToObj(i -> {
                        List<Finish> fewer = new ArrayList<>(attempts);
                        fewer.remove(i);
                        return new FinishAll(fewer);
                    });
        }

        @Override
        public String toString() {
            return "finish " + attempts;
        }
    }

    /**
     * @param outcome {@code done}, {@code failed}, {@code retry} or {@code cancelled}
     * @param types types of the worker's latest heartbeat
     */
    record Finish(String worker, String id, int attempt, String outcome, boolean more, List<String> types) {

        static final String RESULT = "result";
        static final String CONTENT_TYPE = "text/plain";
        static final String ERROR = "no luck";

        boolean isDone() {
            return outcome.equals("done");
        }

        MessagePack block(int place) {
            return new MessagePack()
                    .put("id", id)
                    .put("attempt", String.valueOf(attempt))
                    .put("worker", place)
                    .putUnlessEmpty("outcome", isDone() ? "" : outcome)
                    .putUnlessEmpty("contentType", isDone() ? CONTENT_TYPE : "")
                    .putUnlessEmpty("error", isDone() ? "" : ERROR)
                    .put("span", Messages.span(worker, id + "#" + attempt));
        }

        @Override
        public String toString() {
            return worker + ": " + id + "#" + attempt + " " + outcome + (more ? ", takes another" : "");
        }
    }

    /** @param progress {@code 0.5}, {@code waiting}, {@code finishing} or empty */
    record Running(String id, int attempt, String progress) {

        /** @param message as {@link Messages#readable} gives it */
        static Running of(Object message) {
            String[] attempt = message.toString().split("[# ]");
            return new Running(attempt[0], Integer.parseInt(attempt[1]), "");
        }

        String key() {
            return id + "#" + attempt;
        }

        MessagePack block(String worker) {
            return new MessagePack()
                    .put("id", id)
                    .put("attempt", String.valueOf(attempt))
                    .put("progress", progress)
                    .put("span", Messages.span(worker, key()));
        }

        @Override
        public String toString() {
            return key() + (progress.isEmpty() ? "" : " (" + progress + ")");
        }
    }

    /**
     * @param sequence of the latest message that it has seen
     * @param types in order
     * @param description of its types, which this heartbeat brings; null if it brings none
     */
    record Heartbeat(
            String worker, int slots, long sequence, List<String> types, String description, List<Running> leases)
            implements Operation {

        static final String INFORMATION = "{}";

        boolean describes() {
            return description != null;
        }

        @Override
        public Object on(QueueModel model) {
            return model.heartbeat(this);
        }

        @Override
        public Call call() {
            MessagePack block = new MessagePack()
                    .put("worker", worker)
                    .put("slots", slots)
                    .put("info", INFORMATION)
                    .put("sequence", sequence)
                    .put("types", String.join(",", types))
                    .put(
                            "attempts",
                            leases.stream()
                                    .map(running -> running.block(worker))
                                    .toList());
            if (describes()) {
                MessagePack descriptions = new MessagePack();
                types.forEach(type -> descriptions.put(type, description));
                block.put("descriptions", descriptions);
            }
            return new Call("heartbeat", block.toBytes());
        }

        @Override
        public Stream<Operation> simpler() {
            return IntStream.range(0, leases.size()).mapToObj(i -> {
                List<Running> fewer = new ArrayList<>(leases);
                fewer.remove(i);
                return new Heartbeat(worker, slots, sequence, types, description, fewer);
            });
        }

        @Override
        public String toString() {
            return worker + ": heartbeat, " + slots + " slots, messages up to " + sequence + ", types " + types
                    + (describes() ? " as " + description : "") + ", running " + leases;
        }
    }

    record Leave(String worker) implements Operation {

        @Override
        public Object on(QueueModel model) {
            return model.leave(worker);
        }

        @Override
        public Call call() {
            return new Call("leave", worker);
        }

        @Override
        public String toString() {
            return worker + ": leave";
        }
    }

    /** The worker's connection for messages comes or goes. */
    record Listen(String worker, boolean listens) implements Operation {

        @Override
        public Object on(QueueModel model) {
            model.listen(worker, listens);
            return null;
        }

        @Override
        public Call call() {
            return Call.NONE;
        }

        @Override
        public String toString() {
            return worker + (listens ? ": listens" : ": is unsubscribed");
        }
    }

    record Cancel(String id) implements Operation {

        @Override
        public Object on(QueueModel model) {
            return model.cancel(id);
        }

        @Override
        public Call call() {
            return new Call("cancel", id);
        }

        @Override
        public String toString() {
            return "cancel " + id;
        }
    }

    record Retry(String id, int mostWaiting) implements Operation {

        @Override
        public Object on(QueueModel model) {
            return model.retry(id, mostWaiting);
        }

        @Override
        public Call call() {
            return new Call("retry", id, mostWaiting);
        }

        @Override
        public String toString() {
            return "retry " + id + (mostWaiting < RandomOperations.MANY ? ", at most " + mostWaiting + " waiting" : "");
        }
    }

    record Reap(int limit) implements Operation {

        @Override
        public Object on(QueueModel model) {
            return model.reap(limit);
        }

        @Override
        public Call call() {
            return new Call("reap", limit);
        }

        @Override
        public String toString() {
            return "reap" + (limit < RandomOperations.MANY ? ", at most " + limit : "");
        }
    }

    record Workers() implements Operation {

        @Override
        public Object on(QueueModel model) {
            return model.workers();
        }

        @Override
        public Call call() {
            return new Call("workers");
        }

        @Override
        public String toString() {
            return "workers";
        }
    }

    /** @param millis negative if the clock is set back */
    record Pass(long millis) implements Operation {

        @Override
        public Object on(QueueModel model) {
            model.pass(millis * 1000);
            return null;
        }

        @Override
        public Call call() {
            return Call.NONE;
        }

        @Override
        public String toString() {
            return millis + " ms pass";
        }
    }
}
