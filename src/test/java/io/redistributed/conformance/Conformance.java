package io.redistributed.conformance;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** {@code scripts/worker-conformance.sh} calls it: runs the cases against a worker and prints a table of them. */
public final class Conformance {

    private static final List<String> LOGS = List.of("journal", "queue.log", "worker.log");

    private Conformance() {}

    /**
     * Exits with 1 if a case failed.
     *
     * @param arguments a regular expression that finds the names of the cases to run, and the command of the worker
     */
    public static void main(String[] arguments) throws Exception {
        List<String> all = List.of(arguments);
        System.exit(failures(Pattern.compile(all.get(0)), all.subList(1, all.size())) == 0 ? 0 : 1);
    }

    private static int failures(Pattern which, List<String> command) throws Exception {
        Path folder = Files.createTempDirectory("worker-conformance");
        System.out.println("worker: " + String.join(" ", command));
        System.setErr(new PrintStream(folder.resolve(LOGS.get(1)).toFile(), StandardCharsets.UTF_8));
        int failed = 0;
        try (Session session = new Session(command, folder)) {
            Map<String, Cases.Case> cases = new Cases(session).all();
            cases.keySet().removeIf(name -> !which.matcher(name).find());
            for (Map.Entry<String, Cases.Case> entry : cases.entrySet()) {
                failed += run(session, entry.getKey(), entry.getValue()) ? 0 : 1;
            }
            System.out.printf("%d passed, %d failed%n", cases.size() - failed, failed);
        }
        if (failed > 0) {
            System.out.println("journal of the runs, and output of queue and worker: " + folder);
        } else {
            remove(folder);
        }
        return failed;
    }

    private static boolean run(Session session, String name, Cases.Case check) throws Exception {
        long start = System.nanoTime();
        String failure = null;
        try {
            session.worker();
            check.run();
        } catch (Exception | AssertionError e) {
            failure = e instanceof AssertionError ? e.getMessage() : e.toString();
            session.reset();
        }
        System.out.printf(
                "%-52s %s %5.1f s%n", name, failure == null ? "pass" : "FAIL", (System.nanoTime() - start) / 1e9);
        if (failure != null) {
            System.out.println("  " + failure);
        }
        return failure == null;
    }

    private static void remove(Path folder) throws IOException {
        for (String file : LOGS) {
            Files.deleteIfExists(folder.resolve(file));
        }
        Files.delete(folder);
    }
}
