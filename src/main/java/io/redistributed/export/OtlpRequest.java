package io.redistributed.export;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;

/**
 * What could be read of a request.
 *
 * @param malformedSpans how many spans of it could not be read, and are not in {@code message}
 * @param firstMalformed where the first of them is malformed, and how; empty if there is none
 */
record OtlpRequest(ExportTraceServiceRequest message, int malformedSpans, String firstMalformed) {}
