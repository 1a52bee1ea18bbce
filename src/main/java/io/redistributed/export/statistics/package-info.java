/**
 * Statistics of stored traces: {@link io.redistributed.export.statistics.TraceStatistics} counts and times operations, and
 * the calls between services.
 */
package io.redistributed.export.statistics;
