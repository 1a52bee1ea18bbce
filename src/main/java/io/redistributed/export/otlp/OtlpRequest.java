package io.redistributed.export.otlp;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;

/**
 * The readable part of a request.
 *
 * @param malformedSpans number of malformed spans, which are not in {@code message}
 * @param firstMalformed position and error of the first malformed span; empty if there is none
 */
record OtlpRequest(ExportTraceServiceRequest message, int malformedSpans, String firstMalformed) {}
