package io.redistributed.chaos;

/**
 * A generator was asked for a report.
 *
 * @param nanos by {@link System#nanoTime}
 */
record Execution(Life life, String id, int attempt, long nanos) {}
