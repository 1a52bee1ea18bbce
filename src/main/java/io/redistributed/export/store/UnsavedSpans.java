package io.redistributed.export.store;

import java.util.List;

/**
 * Spans of one trace that are not saved.
 *
 * @param failed whether any span of the trace has status ERROR; the spans taken with the first of them are all of the trace
 */
public record UnsavedSpans(boolean failed, List<StoredSpan> spans) {}
