package io.redistributed.export.otlp;

import io.redistributed.export.store.TraceStore;
import java.util.ArrayList;
import java.util.List;

/**
 * Stores spans of other processes in a {@link TraceStore}, from the body of OTLP's {@code POST /v1/traces}. Thread-safe.
 */
public final class OtlpReceiver {

    private final TraceStore store;
    private final int maxElements;

    /** Creates a receiver of bodies from a source that limits them. */
    public OtlpReceiver(TraceStore store) {
        this(store, Integer.MAX_VALUE);
    }

    /** @param maxElements most spans, events, links, attributes and values of one body, together */
    public OtlpReceiver(TraceStore store, int maxElements) {
        this.store = store;
        this.maxElements = maxElements;
    }

    /**
     * Adds the spans of a request to the store. Takes tens of milliseconds per megabyte, so do not call it on an event loop, and temporarily a multiple of the heap of the body, up to 200 bytes for each element.
     *
     * @param body decompressed
     * @return the response body, in the same encoding: a partial success with the reasons if some spans were rejected
     * @throws TooManyElementsException if the body has more elements than allowed; no span of it is added
     * @throws IllegalArgumentException if the body is malformed outside of a span; no span of it is added
     */
    public byte[] receive(OtlpEncoding encoding, byte[] body) {
        OtlpRequest request = encoding.request(body, maxElements);
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
            reasons.add(added.truncated() + " of traces that have reached the limit of a trace");
        }
        long rejected = (long) request.malformedSpans() + received.rejected() + added.late() + added.truncated();
        return encoding.answer(rejected, String.join("; ", reasons));
    }

    /**
     * Restores the spans of a {@code TracesData} in JSON.
     *
     * @return what could not be read; empty if everything could
     */
    public String restore(byte[] json) {
        try {
            OtlpRequest request = OtlpEncoding.JSON.request(json, maxElements);
            OtlpSpans received = OtlpSpans.of(request.message());
            store.restore(received.spans());
            return request.malformedSpans() > 0
                    ? "malformed at " + request.firstMalformed()
                    : String.join("; ", received.reasons());
        } catch (IllegalArgumentException e) {
            return e.getMessage();
        }
    }
}
