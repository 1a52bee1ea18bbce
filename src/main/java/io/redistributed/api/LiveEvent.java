package io.redistributed.api;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;

/**
 * The latest event of one kind about one thing; it takes the place of the one before.
 *
 * @param number greater than that of any event of its topic before it
 * @param data what it says, to tell whether the next one says anything else
 * @param text as it goes over the wire, by the <a
 *     href="https://html.spec.whatwg.org/multipage/server-sent-events.html">format of server-sent events</a>
 */
record LiveEvent(long number, String id, JsonObject data, Buffer text) {

    static LiveEvent of(long number, String id, String name, JsonObject data) {
        String text = "id: " + id + "\nevent: " + name + "\ndata: " + data.encode() + "\n\n";
        return new LiveEvent(number, id, data, Buffer.buffer(text));
    }
}
