/**
 * OTLP in both directions: encodes spans for collectors, receives spans of other processes, and writes stored traces as OTLP
 * JSON.
 */
package io.redistributed.export.otlp;
