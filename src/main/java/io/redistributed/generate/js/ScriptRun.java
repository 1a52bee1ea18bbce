package io.redistributed.generate.js;

import com.dylibso.chicory.runtime.ChicoryInterruptedException;
import com.dylibso.chicory.wasm.ChicoryException;
import io.netty.buffer.ByteBufInputStream;
import io.netty.buffer.Unpooled;
import io.opentelemetry.api.trace.Tracer;
import io.redistributed.generate.GenerateRequest;
import io.redistributed.generate.GeneratedContent;
import io.redistributed.vertx.internal.VertxInternals;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.InputStream;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/** One report of a script, in an engine of its own: the functions of the host, and how it ends. */
final class ScriptRun implements Sandbox.Host {

    /** A report may have 64 MiB; one byte more shows that there are more. */
    private static final int MAX_RESULT_BYTES = (64 << 20) + 1;

    private static final int MAX_LINES = 1_000;

    private final Script script;
    private final GenerateRequest request;
    private final Logger log;
    private final ScriptSpans spans;
    private final BoundedOutput body = new BoundedOutput(MAX_RESULT_BYTES);

    private int lines;
    private String contentType;
    private ScriptError error;

    /** @param log takes the lines of the script, and those about it */
    ScriptRun(Script script, GenerateRequest request, Tracer tracer, Logger log) {
        this.script = script;
        this.request = request;
        this.log = log;
        this.spans = new ScriptSpans(tracer, script.file());
    }

    /**
     * Runs the script on this thread, which an interrupt ends.
     *
     * @throws ScriptFailure if the script throws, or its engine ends
     * @throws CancellationException if the report was cancelled, or the thread interrupted
     */
    GeneratedContent call() throws ScriptFailure {
        InputStream input = new ByteBufInputStream(Unpooled.wrappedBuffer(VertxInternals.bytes(request.input())));
        try (Sandbox sandbox = Sandbox.restore(script.loaded(), this, input, body)) {
            try {
                sandbox.run(script.entry());
            } catch (ChicoryInterruptedException e) {
                throw new CancellationException("the script was interrupted");
            } catch (ChicoryException e) {
                throw new ScriptFailure(ScriptError.ofEnd("Error", e, sandbox.errors(), script.file()));
            }
        } finally {
            spans.endAll();
        }
        return content();
    }

    private GeneratedContent content() throws ScriptFailure {
        if (error != null) {
            throw new ScriptFailure(error);
        }
        if (contentType == null) {
            throw new ScriptFailure(ScriptError.of("Error", "generate() returned a promise that never settles"));
        }
        try {
            return new GeneratedContent(Buffer.buffer(body.toByteArray()), contentType);
        } catch (IllegalArgumentException e) {
            throw new ScriptFailure(ScriptError.of("TypeError", e.getMessage()));
        }
    }

    @Override
    public String call(String function, String argument) {
        Object json = Json.decodeValue(argument);
        switch (function) {
            case "request" -> {
                return request().encode();
            }
            case "span" -> {
                JsonArray span = (JsonArray) json;
                return String.valueOf(spans.start(span.getInteger(0), span.getString(1)));
            }
            case "attribute" -> {
                JsonArray attribute = (JsonArray) json;
                spans.setAttribute(attribute.getInteger(0), attribute.getString(1), attribute.getValue(2));
            }
            case "end" -> {
                JsonArray end = (JsonArray) json;
                JsonObject failure = end.getJsonObject(1);
                spans.end(end.getInteger(0), failure == null ? null : ScriptError.of(failure, script.file()));
            }
            case "log" -> log((JsonArray) json);
            case "progress" -> request.progress().accept(((Number) json).doubleValue());
            case "done" -> contentType = (String) json;
            case "failed" -> error = ScriptError.of((JsonObject) json, script.file());
            default -> throw new IllegalArgumentException(function);
        }
        return "null";
    }

    private JsonObject request() {
        return new JsonObject()
                .put("reportId", request.reportId())
                .put("attempt", request.attempt())
                .put("parameters", request.parameters())
                .put("inputBytes", request.input().length())
                .put("seed", ThreadLocalRandom.current().nextInt());
    }

    private void log(JsonArray line) {
        lines++;
        if (lines <= MAX_LINES) {
            log.atLevel(Level.valueOf(line.getString(0).toUpperCase(Locale.ROOT)))
                    .log(line.getString(1));
        } else if (lines == MAX_LINES + 1) {
            log.warn("Script logged {} lines for report {}; the rest is dropped", MAX_LINES, request.reportId());
        }
    }
}
