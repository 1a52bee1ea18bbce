/**
 * Summaries of CSV files: finds out the layout, reads the table, describes each column, and writes the result as JSON,
 * CSV or HTML. {@link io.redistributed.generate.summary.SummaryReport} is the entry.
 */
package io.redistributed.generate.summary;
