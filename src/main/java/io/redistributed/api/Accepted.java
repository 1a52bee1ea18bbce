package io.redistributed.api;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.MIMEHeader;
import io.vertx.ext.web.impl.HeaderParser;
import io.vertx.ext.web.impl.ParsableMIMEValue;
import java.util.List;

/** Picks the media type that a request's {@code Accept} prefers (RFC 9110, 12.5.1). */
final class Accepted {

    private static final String ANY = "*";

    private Accepted() {}

    /**
     * The most wanted of those that are offered.
     *
     * @param offered in lower case, the first for a client to which all are alike or none is acceptable
     */
    static String best(HttpServerRequest request, String... offered) {
        String accept = String.join(",", request.headers().getAll("accept"));
        if (accept.isBlank()) {
            return offered[0];
        }
        List<MIMEHeader> ranges = HeaderParser.convertToParsedHeaderValues(accept, ParsableMIMEValue::new);
        String best = offered[0];
        for (String type : offered) {
            if (weight(ranges, type) > weight(ranges, best)) {
                best = type;
            }
        }
        return best;
    }

    /** That of the most specific range that the type is in; 0 if it is in none. */
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

    /** 3 for the type itself, 2 for all of its kind, 1 for any, 0 for another. */
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
