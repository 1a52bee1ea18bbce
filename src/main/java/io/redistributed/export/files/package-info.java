/**
 * Traces in files: {@link io.redistributed.export.files.TraceFiles} keeps traces of the store across restarts.
 */
package io.redistributed.export.files;
