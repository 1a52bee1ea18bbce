package io.redistributed.queue;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Objects;

/**
 * A report asked for.
 *
 * @param type report type
 * @param parameters the generator's parameters; may be empty
 * @param input what to report on; may be empty
 */
public record NewReport(String type, JsonObject parameters, Buffer input) {

    public NewReport {
        Objects.requireNonNull(type);
        Objects.requireNonNull(parameters);
        Objects.requireNonNull(input);
    }
}
