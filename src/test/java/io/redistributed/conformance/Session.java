package io.redistributed.conformance;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The queue, the worker under test, and the journal in which its runs are noted. */
final class Session implements AutoCloseable {

    final QueueSide queue = new QueueSide();

    private final List<String> command;
    private final Path folder;
    private final Path journal;
    private WorkerProcess process;

    Session(List<String> command, Path folder) throws Exception {
        this.command = command;
        this.folder = folder;
        this.journal = Files.createFile(folder.resolve("journal"));
    }

    /** Starts the worker unless it runs, and waits until it is free. */
    WorkerProcess worker() throws Exception {
        return worker(queue.redis().port());
    }

    /** The same; a worker that it starts finds Redis at this port. */
    WorkerProcess worker(int redisPort) throws Exception {
        if (process == null || !process.isAlive()) {
            process = new WorkerProcess(command, queue.environment(redisPort), folder.resolve("worker.log"));
        }
        QueueSide.until("the worker registers and is free", () -> {
            if (!process.isAlive()) {
                throw new AssertionError("the worker has ended with " + process.exitCode());
            }
            return queue.type() != null && registered() != null;
        });
        return process;
    }

    /** The worker as it stands in GET /workers; null unless there is exactly one, which is free. */
    JsonObject registered() throws Exception {
        List<JsonObject> workers = queue.workers();
        return workers.size() == 1 && workers.get(0).getInteger("free") > 0 ? workers.get(0) : null;
    }

    String channel() throws Exception {
        return "{rd:0}:worker:" + queue.workers().get(0).getString("id");
    }

    /** Kills the worker, so that the next case gets a new one, and waits until the queue has noticed. */
    void reset() throws Exception {
        if (process != null) {
            process.kill();
        }
        QueueSide.until("the dead worker is deregistered", () -> queue.workers().isEmpty());
    }

    String submit(long millis) throws Exception {
        return submit(Map.of("millis", millis), "input");
    }

    String submit(Map<String, Object> parameters, String input) throws Exception {
        JsonObject all = new JsonObject(new HashMap<>(parameters)).put("journal", journal.toString());
        return queue.submit(all, input.getBytes(StandardCharsets.UTF_8));
    }

    /** Submits a report and waits until it runs. */
    String started(long millis) throws Exception {
        String id = submit(millis);
        QueueSide.until("report " + id + " starts", () -> count("start " + id) > 0);
        return id;
    }

    /** The report, once it has ended like this. */
    JsonObject ended(String id, String state) throws Exception {
        QueueSide.until(
                "report " + id + " is " + state,
                () -> queue.report(id).getString("state").equals(state));
        return queue.report(id);
    }

    /** A worker that makes one more report has handled all that came before. */
    void assertWorks() throws Exception {
        ended(submit(0), "done");
        assertThat(process.isAlive(), "the worker has ended");
    }

    /** Lines of the journal that begin like this. */
    long count(String prefix) throws IOException {
        return lines().stream().filter(line -> line.startsWith(prefix)).count();
    }

    List<String> lines() throws IOException {
        return Files.readAllLines(journal);
    }

    String journal() {
        return journal.toString();
    }

    static void assertThat(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    @Override
    public void close() throws Exception {
        if (process != null) {
            process.kill();
        }
        queue.close();
    }
}
