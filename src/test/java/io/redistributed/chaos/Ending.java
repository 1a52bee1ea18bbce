package io.redistributed.chaos;

import java.util.List;

/**
 * The end of a report, from any source.
 *
 * @param errors errors of its attempts, in order, without those of lost workers
 * @param result null if it is not done
 */
record Ending(String state, List<String> errors, String result) {}
