package io.redistributed.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The records of a process in its {@link ExecutionJournal}.
 *
 * @param stalls times when it did not run, for lack of CPU or because it was stopped
 */
record Journal(List<Execution> executions, List<FaultLog.Entry> stalls) {

    static Journal of(Life life) throws IOException {
        List<Execution> executions = new ArrayList<>();
        List<FaultLog.Entry> stalls = new ArrayList<>();
        if (Files.exists(life.journal())) {
            for (String line : Files.readAllLines(life.journal())) {
                String[] words = line.split(" ");
                long nanos = Long.parseLong(words[0]);
                if (words.length == 3) {
                    executions.add(new Execution(life, words[1], Integer.parseInt(words[2]), nanos));
                } else {
                    long still = TimeUnit.MILLISECONDS.toNanos(Long.parseLong(words[1]));
                    stalls.add(new FaultLog.Entry("a stalled process", life.name(), -1, nanos - still, 0, nanos));
                }
            }
        }
        return new Journal(executions, stalls);
    }
}
