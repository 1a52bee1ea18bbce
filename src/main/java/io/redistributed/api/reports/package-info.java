/**
 * {@code /reports}, {@code /report-types} and {@code /workers}: requests, their checks, and the JSON of reports.
 */
package io.redistributed.api.reports;
