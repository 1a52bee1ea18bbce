package io.redistributed.api.events;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;

/**
 * The latest event about one subject; it replaces the previous one.
 *
 * @param number greater than the number of any earlier event of the topic
 * @param data content, compared with the next event to detect changes
 * @param text encoded in the <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">format of
 *     server-sent events</a>
 */
record LiveEvent(long number, String id, JsonObject data, Buffer text) {

    static LiveEvent of(long number, String id, String name, JsonObject data) {
        String text = "id: " + id + "\nevent: " + name + "\ndata: " + data.encode() + "\n\n";
        return new LiveEvent(number, id, data, Buffer.buffer(text));
    }
}
