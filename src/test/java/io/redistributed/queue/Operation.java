package io.redistributed.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One thing that can happen to the queue, told to the model and to Redis. All of them make sense at any time, whatever came
 * before, so that any of them can be left out of a sequence.
 */
sealed interface Operation {

    /** The model's reply, in the form of {@link Messages#readable}; null for none. */
    Object on(QueueModel model);

    /** What Redis is asked: a script of the queue and its arguments behind the rules. */
    Call call();

    /** What Redis answered, in the form of the model's reply. */
    default Object readable(Object reply) {
        return Messages.readable(reply);
    }

    /** The same with less to it. */
    default Stream<Operation> simpler() {
        return Stream.empty();
    }

    /** @param script by its name; {@code clock} for none: then only the time is told */
    record Call(String script, Object... arguments) {

        private static final Call NONE = new Call("clock");
    }

    /**
     * @param key idempotency key, or empty
     * @param fingerprint of the request; empty without a key
     * @param timeout ms; 0 for that of the rules
     */
    record Submit(
            String id,
            String type,
            String key,
            String fingerprint,
            int priority,
            long timeout,
            boolean hasInput,
            int mostWaiting)
            implements Operation {

        static final String INPUT = "input";

        @Override
        public Object on(QueueModel model) {
            return model.submit(this);
        }

        @Override
        public Call call() {
            return new Call(
                    "submit",
                    id,
                    type,
                    message(),
                    Messages.HEADER,
                    trace(),
                    hasInput ? INPUT : "",
                    mostWaiting,
                    timeout > 0 ? timeout : "",
                    priority,
                    key,
                    fingerprint);
        }

        String message() {
            return "{\"type\":\"" + type + "\"" + (hasInput ? ",\"input\":true}" : "}");
        }

        String trace() {
            return "trace of " + id;
        }

        @Override
        public Stream<Operation> simpler() {
            return Stream.<Operation>of(
                            new Submit(id, type, "", "", priority, timeout, hasInput, mostWaiting),
                            new Submit(id, type, key, fingerprint, 0, timeout, hasInput, mostWaiting),
                            new Submit(id, type, key, fingerprint, priority, 0, hasInput, mostWaiting),
                            new Submit(id, type, key, fingerprint, priority, timeout, false, mostWaiting))
                    .filter(other -> !other.equals(this));
        }

        @Override
        public String toString() {
            return "submit " + id + " of type " + type
                    + (key.isEmpty() ? "" : ", key " + key + " for request " + fingerprint)
                    + (priority > 0 ? ", priority " + priority : "")
                    + (timeout > 0 ? ", timeout " + timeout + " ms" : "")
                    + (hasInput ? ", with input" : "")
                    + (mostWaiting < RandomOperations.MANY ? ", at most " + mostWaiting + " waiting" : "");
        }
    }

    /**
     * @param outcome {@code done}, {@code failed}, {@code retry} or {@code cancelled}
     * @param types of the worker, as its latest beat told them
     */
    record Finish(String worker, String id, int attempt, String outcome, boolean more, List<String> types)
            implements Operation {

        static final String RESULT = "result";
        static final String CONTENT_TYPE = "text/plain";
        static final String ERROR = "no luck";

        @Override
        public Object on(QueueModel model) {
            return model.finish(this);
        }

        @Override
        public Call call() {
            boolean done = outcome.equals("done");
            String span = Messages.span(worker, id + "#" + attempt);
            return new Call(
                    "finish",
                    id,
                    attempt,
                    worker,
                    outcome,
                    done ? RESULT : "",
                    done ? CONTENT_TYPE : "",
                    done ? "" : ERROR,
                    span,
                    more ? 1 : 0,
                    String.join(",", types));
        }

        @Override
        public Stream<Operation> simpler() {
            return more ? Stream.of(new Finish(worker, id, attempt, outcome, false, types)) : Stream.empty();
        }

        @Override
        public String toString() {
            return worker + ": " + id + "#" + attempt + " " + outcome + (more ? ", takes another" : "");
        }
    }

    /** @param progress {@code 0.5}, {@code finishing} or empty */
    record Held(String id, int attempt, String progress) {

        /** @param message as {@link Messages#readable} gives it */
        static Held of(Object message) {
            String[] attempt = message.toString().split("[# ]");
            return new Held(attempt[0], Integer.parseInt(attempt[1]), "");
        }

        String key() {
            return id + "#" + attempt;
        }

        @Override
        public String toString() {
            return key() + (progress.isEmpty() ? "" : " (" + progress + ")");
        }
    }

    /**
     * @param sequence of the latest message that it has seen
     * @param types in order
     * @param description of its types, which this beat brings; null if it brings none
     */
    record Beat(String worker, int slots, long sequence, List<String> types, String description, List<Held> inHand)
            implements Operation {

        static final String INFORMATION = "{}";

        boolean describes() {
            return description != null;
        }

        @Override
        public Object on(QueueModel model) {
            return model.beat(this);
        }

        @Override
        public Call call() {
            List<Object> arguments =
                    new ArrayList<>(List.of(worker, slots, INFORMATION, sequence, String.join(",", types)));
            arguments.add(describes() ? types.size() : 0);
            if (describes()) {
                types.forEach(type -> arguments.addAll(List.of(type, description)));
            }
            for (Held held : inHand) {
                String span = Messages.span(worker, held.key());
                arguments.addAll(List.of(held.id, held.attempt, held.progress, span));
            }
            return new Call("beat", arguments.toArray());
        }

        @Override
        public Stream<Operation> simpler() {
            return IntStream.range(0, inHand.size()).mapToObj(i -> {
                List<Held> fewer = new ArrayList<>(inHand);
                fewer.remove(i);
                return new Beat(worker, slots, sequence, types, description, fewer);
            });
        }

        @Override
        public String toString() {
            return worker + ": beat, " + slots + " slots, messages up to " + sequence + ", types " + types
                    + (describes() ? " as " + description : "") + ", in hand " + inHand;
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
            return worker + (listens ? ": listens" : ": is deaf");
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
