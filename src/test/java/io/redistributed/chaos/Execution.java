package io.redistributed.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/**
 * A generator was asked for a report.
 *
 * @param nanos by {@link System#nanoTime}
 */
record Execution(Life life, String id, int attempt, long nanos) {

    /** What the process noted in its {@link ExecutionJournal}. */
    static List<Execution> of(Life life) throws IOException {
        List<Execution> executions = new ArrayList<>();
        if (Files.exists(life.journal())) {
            for (String line : Files.readAllLines(life.journal())) {
                String[] words = line.split(" ");
                executions.add(new Execution(life, words[1], Integer.parseInt(words[2]), Long.parseLong(words[0])));
            }
        }
        return executions;
    }
}
