package io.redistributed.chaos;

/**
 * A call of a generator.
 *
 * @param nanos by {@link System#nanoTime}
 */
record Execution(Life life, String id, int attempt, long nanos) {}
