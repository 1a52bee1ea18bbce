package io.redistributed.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;

/** Describes error responses of Jaeger, which have JSON with messages, and of Tempo, which have plain text. */
final class ForeignError {

    private ForeignError() {}

    static String text(String product, int status, byte[] body) {
        String message = Printable.of(message(body));
        return product + " answered " + status + (message.isEmpty() ? "" : ": " + message);
    }

    private static String message(byte[] body) {
        try {
            JsonObject error =
                    new JsonObject(Buffer.buffer(body)).getJsonArray("errors").getJsonObject(0);
            return error.getString("msg", "");
        } catch (DecodeException | ClassCastException | NullPointerException | IndexOutOfBoundsException e) {
            return new String(body, UTF_8).strip();
        }
    }
}
