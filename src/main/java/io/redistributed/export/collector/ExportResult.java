package io.redistributed.export.collector;

/**
 * What became of the spans of an export that a collector accepted.
 *
 * @param rejected number of spans that it did not take, and will not take at another attempt
 * @param reason why, in the collector's words
 */
public record ExportResult(long rejected, String reason) {

    public static final ExportResult COMPLETE = new ExportResult(0, "");
}
