package io.redistributed.conformance;

import io.redistributed.generate.GenerateRequest;
import io.redistributed.generate.GeneratedContent;
import io.redistributed.generate.GenerationException;
import io.redistributed.generate.GeneratorVerticle;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;

/** Report type {@code conformance} of a Java worker, as docs/protocol.md describes it. */
public final class ConformanceGenerator extends GeneratorVerticle {

    private static final long STEP_MILLIS = 20;

    @Override
    protected String type() {
        return "conformance";
    }

    @Override
    protected JsonObject description() {
        return new JsonObject("""
                {
                  "title": "Conformance of a worker",
                  "parameters": {
                    "type": "object",
                    "properties": {
                      "journal": { "type": "string" },
                      "millis": { "type": "integer", "minimum": 0, "default": 0 },
                      "error": { "enum": ["failed", "retry"] }
                    },
                    "required": ["journal"],
                    "additionalProperties": false
                  }
                }
                """);
    }

    @Override
    protected Future<GeneratedContent> generate(GenerateRequest request) {
        return compute(() -> make(request));
    }

    private static GeneratedContent make(GenerateRequest request) throws Exception {
        Path journal = Path.of(request.parameters().getString("journal"));
        String key = request.reportId() + "#" + request.attempt();
        note(journal, "start " + key);
        long start = System.nanoTime();
        double nanos = TimeUnit.MILLISECONDS.toNanos(request.parameters().getLong("millis", 0L));
        for (double spent = 0; spent < nanos; spent = System.nanoTime() - start) {
            request.progress().accept(spent / nanos);
            Thread.sleep(STEP_MILLIS);
        }
        note(journal, "end " + key);
        String error = request.parameters().getString("error", "");
        if (error.equals("failed")) {
            throw GenerationException.invalidInput("as asked for");
        } else if (error.equals("retry")) {
            throw GenerationException.retryable("as asked for", null);
        }
        return new GeneratedContent(request.input(), "text/plain");
    }

    private static void note(Path journal, String line) throws IOException {
        Files.writeString(journal, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
