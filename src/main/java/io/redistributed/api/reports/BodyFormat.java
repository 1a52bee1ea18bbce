package io.redistributed.api.reports;

import io.redistributed.api.http.ContentCoding;
import io.redistributed.api.http.ProblemException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The format of a submitted body, from its {@code Content-Type} and {@code Content-Encoding}. Checked before the body
 * is read.
 *
 * @param mediaType in lower case, without parameters; empty if absent
 * @param coding compression of the body
 * @param isRaw whether the body is the raw input, not JSON around it
 */
record BodyFormat(String mediaType, ContentCoding coding, boolean isRaw) {

    private static final String KEY = BodyFormat.class.getName();

    /** The default content type of curl. */
    private static final String FORM = "application/x-www-form-urlencoded";

    private static final String JSON = "application/json";
    private static final String RAW_TYPES = "text/csv, text/plain, application/json, application/octet-stream, */*";
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final Pattern CONTENT_TYPE = Pattern.compile("(" + TOKEN + "/" + TOKEN + ")\\s*(;.*)?");
    private static final Pattern CHARSET =
            Pattern.compile(";\\s*charset\\s*=\\s*\"?([^\\s;\"]*)\"?", Pattern.CASE_INSENSITIVE);
    private static final Set<String> UTF_8 = Set.of("utf-8", "utf8", "us-ascii", "ascii");

    /**
     * Rejects (415) an unsupported body format. The response lists the supported ones in {@code Accept} or {@code
     * Accept-Encoding}.
     */
    static void check(RoutingContext routing, boolean isRaw) {
        HttpServerRequest request = routing.request();
        HttpServerResponse response = routing.response();
        String accepted = isRaw ? RAW_TYPES : JSON;
        String contentType = single(request, "content-type");
        String mediaType = mediaType(contentType);
        if (mediaType == null) {
            throw unsupported(response, accepted, "'" + contentType + "' is not a media type");
        }
        if (mediaType.startsWith("multipart/")) {
            throw unsupported(
                    response,
                    accepted,
                    mediaType + " is not supported; send one file as the body: curl --data-binary @FILE");
        }
        boolean isJson =
                mediaType.isEmpty() || mediaType.equals(FORM) || mediaType.equals(JSON) || mediaType.endsWith("+json");
        if (!isRaw && !isJson) {
            throw unsupported(
                    response,
                    accepted,
                    mediaType + " is not supported; send JSON, or set ?type= to send the raw input");
        }
        if (contentType.length() > mediaType.length()) {
            checkCharset(response, accepted, contentType, isRaw);
        }
        routing.put(KEY, new BodyFormat(mediaType, coding(request, response), isRaw));
        routing.next();
    }

    /** Returns the media type, empty if absent, null if malformed. */
    private static String mediaType(String contentType) {
        if (contentType.isEmpty() || contentType.equals(JSON)) {
            return contentType;
        }
        Matcher parts = CONTENT_TYPE.matcher(contentType);
        return parts.matches() ? parts.group(1).toLowerCase(Locale.ROOT) : null;
    }

    /** Returns the format of a request that passed {@link #check}. */
    static BodyFormat of(RoutingContext routing) {
        return routing.get(KEY);
    }

    /**
     * Rejects (415) a form that is neither JSON nor raw input with line breaks: {@code curl --data @FILE} removes line
     * breaks.
     *
     * @param body the body or, if it is long, its beginning
     */
    void checkForm(RoutingContext routing, Buffer body) {
        if (!mediaType.equals(FORM) || body.length() == 0) {
            return;
        }
        if (!isRaw && !startsJson(body)) {
            throw unsupported(
                    routing.response(),
                    JSON,
                    "a form is not supported; send JSON, or set ?type= to send the raw input");
        }
        if (isRaw && !hasLineBreak(body)) {
            throw unsupported(
                    routing.response(),
                    RAW_TYPES,
                    "a body without line breaks is not supported as " + FORM
                            + ": curl --data @FILE removes them. Use --data-binary @FILE, or set the type:"
                            + " -H 'content-type: text/csv'");
        }
    }

    private static boolean startsJson(Buffer body) {
        int i = 0;
        while (i < body.length() && Character.isWhitespace(body.getByte(i))) {
            i++;
        }
        return i < body.length() && (body.getByte(i) == '{' || body.getByte(i) == '[');
    }

    private static boolean hasLineBreak(Buffer body) {
        for (int i = 0; i < body.length(); i++) {
            if (body.getByte(i) == '\n' || body.getByte(i) == '\r') {
                return true;
            }
        }
        return false;
    }

    private static ContentCoding coding(HttpServerRequest request, HttpServerResponse response) {
        String coding = String.join(", ", request.headers().getAll("content-encoding"));
        return ContentCoding.of(coding).orElseThrow(() -> {
            response.putHeader("accept-encoding", ContentCoding.ACCEPTED);
            return new ProblemException(
                    415, "Content-Encoding: '" + coding + "' is not supported; allowed are " + ContentCoding.ACCEPTED);
        });
    }

    private static void checkCharset(HttpServerResponse response, String accepted, String contentType, boolean isRaw) {
        Matcher charset = CHARSET.matcher(contentType);
        while (charset.find()) {
            if (!UTF_8.contains(charset.group(1).toLowerCase(Locale.ROOT))) {
                throw unsupported(
                        response,
                        accepted,
                        "charset " + charset.group(1) + " is not supported; send UTF-8"
                                + (isRaw ? ", or leave it out: generators get the bytes, without their charset" : ""));
            }
        }
    }

    private static ProblemException unsupported(HttpServerResponse response, String accepted, String why) {
        response.putHeader("accept", accepted);
        return new ProblemException(415, "Content-Type: " + why);
    }

    /**
     * Returns the value of a header, empty if absent.
     *
     * @throws ProblemException (400) if the header has several different values
     */
    static String single(HttpServerRequest request, String name) {
        List<String> values = request.headers().getAll(name);
        if (values.size() > 1 && new HashSet<>(values).size() > 1) {
            throw new ProblemException(400, name + ": given more than once, with different values");
        }
        return values.isEmpty() ? "" : values.get(0).strip();
    }
}
