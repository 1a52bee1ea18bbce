/**
 * {@code /traces}, Jaeger's query API, and OTLP over HTTP.
 */
package io.redistributed.api.traces;
