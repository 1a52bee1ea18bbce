package io.redistributed.export;

import java.util.ArrayList;
import java.util.List;

/**
 * Takes spans of other processes into a {@link TraceStore}, from the body of OTLP's {@code POST /v1/traces}. Safe to use from
 * any thread.
 */
public final class OtlpReceiver {

    private final TraceStore store;

    public OtlpReceiver(TraceStore store) {
        this.store = store;
    }

    /**
     * Adds the spans of a request to the store. Takes tens of milliseconds a megabyte, so it is not for event loops, and for a
     * moment ten to forty times as much heap as the body.
     *
     * @param body inflated
     * @return the body of the answer, in the same encoding: a partial success, with the reasons, if some of the spans were
     *     refused
     * @throws IllegalArgumentException if the body is malformed other than within a span, saying how; no span of it is added
     */
    public byte[] receive(OtlpEncoding encoding, byte[] body) {
        OtlpRequest request = encoding.request(body);
        OtlpSpans received = OtlpSpans.of(request.message());
        TraceStore.Added added = store.add(received.spans());
        List<String> reasons = new ArrayList<>(received.reasons());
        if (request.malformedSpans() > 0) {
            reasons.add(request.malformedSpans() + " malformed, the first at " + request.firstMalformed());
        }
        if (added.late() > 0) {
            reasons.add(added.late() + " late: the store has dropped their trace");
        }
        if (added.truncated() > 0) {
            reasons.add(added.truncated() + " of traces that have as much as a trace may have");
        }
        long rejected = (long) request.malformedSpans() + received.rejected() + added.late() + added.truncated();
        return encoding.answer(rejected, String.join("; ", reasons));
    }
}
