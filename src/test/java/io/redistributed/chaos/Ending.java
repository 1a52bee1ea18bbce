package io.redistributed.chaos;

import java.util.List;

/**
 * How a report ended, whoever tells it.
 *
 * @param errors of its attempts, in their order; those of attempts whose worker was lost are not among them
 * @param result null if it is not done
 */
record Ending(String state, List<String> errors, String result) {}
