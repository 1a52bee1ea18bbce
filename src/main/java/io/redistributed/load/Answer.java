package io.redistributed.load;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Pattern;

/** An HTTP response of the service. */
record Answer(int status, Buffer body) {

    private static final Pattern ID = Pattern.compile("\\d{1,2}-[0-9a-f]{32}(-[0-9a-f]{20})?");
    private static final JsonFactory JSON = new JsonFactory();
    private static final int MAX_SHOWN = 300;

    /**
     * @param traceId null if absent
     */
    record Accepted(String id, String traceId) {}

    /**
     * Returns the accepted report if this is a valid 202: a queued report of that type, with an id. Reads as little of the
     * body as possible, because every response is checked.
     */
    Optional<Accepted> accepted(String type) {
        if (status != 202) {
            return Optional.empty();
        }
        String id = null;
        String actualType = null;
        String state = null;
        String traceId = null;
        try (JsonParser json = JSON.createParser(body.getBytes())) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                switch (name) {
                    case "id" -> id = json.getValueAsString();
                    case "type" -> actualType = json.getValueAsString();
                    case "state" -> state = json.getValueAsString();
                    case "traceId" -> traceId = json.getValueAsString();
                    default -> json.skipChildren();
                }
            }
        } catch (IOException e) {
            return Optional.empty();
        }
        boolean right = id != null && ID.matcher(id).matches() && type.equals(actualType) && "queued".equals(state);
        return right ? Optional.of(new Accepted(id, traceId)) : Optional.empty();
    }

    JsonObject json() {
        return new JsonObject(body);
    }

    @Override
    public String toString() {
        String text = body.toString().strip().replaceAll("\\s+", " ");
        return "status " + status + ", " + text.substring(0, Math.min(text.length(), MAX_SHOWN));
    }
}
