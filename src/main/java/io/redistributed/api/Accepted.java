package io.redistributed.api;

import io.redistributed.vertx.server.ServerInternals;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.MIMEHeader;
import java.util.List;

/** Picks the media type that a request's {@code Accept} prefers (RFC 9110, 12.5.1). */
final class Accepted {

    private static final String ANY = "*";

    private Accepted() {}

    /**
     * Returns the offered media type that the client prefers.
     *
     * @param headers of the request
     * @param offered media types in lower case; the first is returned if the client accepts all equally, or none
     */
    static String best(MultiMap headers, String... offered) {
        String accept = String.join(",", headers.getAll("accept"));
        if (accept.isBlank()) {
            return offered[0];
        }
        List<MIMEHeader> ranges = ServerInternals.mediaRanges(accept);
        String best = offered[0];
        for (String type : offered) {
            if (weight(ranges, type) > weight(ranges, best)) {
                best = type;
            }
        }
        return best;
    }

    /** Returns the weight of the most specific range that matches the type, or 0 without one. */
    private static float weight(List<MIMEHeader> ranges, String type) {
        int slash = type.indexOf('/');
        float weight = 0;
        int specificity = 0;
        for (MIMEHeader range : ranges) {
            int matched = specificity(range, type.substring(0, slash), type.substring(slash + 1));
            if (matched > specificity || matched == specificity && matched > 0 && range.weight() > weight) {
                weight = range.weight();
                specificity = matched;
            }
        }
        return weight;
    }

    /** Returns 3 for an exact match, 2 for a subtype wildcard, 1 for a full wildcard, 0 for no match. */
    private static int specificity(MIMEHeader range, String type, String subtype) {
        String kind = range.component().strip();
        String sub = range.subComponent().strip();
        if (kind.equals(ANY)) {
            return sub.equals(ANY) ? 1 : 0;
        }
        if (!type.equalsIgnoreCase(kind)) {
            return 0;
        }
        return subtype.equalsIgnoreCase(sub) ? 3 : sub.equals(ANY) ? 2 : 0;
    }
}
