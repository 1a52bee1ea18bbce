package io.redistributed.generate.js;

import com.dylibso.chicory.runtime.ChicoryInterruptedException;
import com.dylibso.chicory.runtime.TrapException;
import com.dylibso.chicory.wasm.ChicoryException;
import io.redistributed.generate.Generators;
import io.redistributed.settings.SchemaCheck;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A loaded script: its top level has run once, and each report starts from the memory that it left.
 *
 * @param entry compiled call of {@code generate}
 */
record Script(String file, String type, JsonObject description, Sandbox.Snapshot loaded, byte[] entry) {

    private static final String PRELUDE = resource("prelude.js");

    /** Follows a script, in whose scope it is. */
    private static final String EPILOGUE = """

            ;rd_api.load({
              type: typeof type === 'undefined' ? undefined : type,
              description: typeof description === 'undefined' ? undefined : description,
              generate: typeof generate === 'undefined' ? undefined : generate,
            });
            """;

    /**
     * Loads a script. Takes some 100 ms; interrupt the thread to end an endless one.
     *
     * @param file name for errors
     */
    static Script load(String file, String source) throws ScriptException {
        AtomicReference<JsonObject> exports = new AtomicReference<>();
        try (Sandbox sandbox = Sandbox.create((function, argument) -> {
            if (function.equals("loaded")) {
                exports.set(new JsonObject((String) Json.decodeValue(argument)));
            }
            return "null";
        })) {
            try {
                sandbox.run(sandbox.compile("eval(" + Json.encode(PRELUDE) + ")"));
                sandbox.run(compile(sandbox, file, source + EPILOGUE));
                if (exports.get() == null) {
                    throw new ScriptException(file + ": its top level awaits a promise that never settles");
                }
                byte[] entry = sandbox.compile("Promise.resolve().then(rd_api.run);");
                JsonObject exported = exports.get();
                return new Script(file, type(file, exported), description(file, exported), sandbox.snapshot(), entry);
            } catch (ChicoryInterruptedException e) {
                throw new CancellationException("the load of " + file + " was interrupted");
            } catch (ChicoryException e) {
                throw new ScriptException(
                        ScriptError.ofEnd("Error", e, sandbox.errors(), file).headline(file));
            }
        }
    }

    private static byte[] compile(Sandbox sandbox, String file, String source) throws ScriptException {
        try {
            return sandbox.compile(source);
        } catch (TrapException e) {
            throw new ScriptException(
                    ScriptError.ofEnd("SyntaxError", e, sandbox.errors(), file).headline(file));
        }
    }

    private static String type(String file, JsonObject exported) throws ScriptException {
        if (!(exported.getValue("type") instanceof String type) || !Generators.isType(type)) {
            throw new ScriptException(file + ": export const type is " + Json.encode(exported.getValue("type"))
                    + "; a report type has a-z, 0-9 and -, a letter first, at most 64");
        }
        if (!exported.getBoolean("generates")) {
            throw new ScriptException(file + ": export function generate(request) is missing");
        }
        return type;
    }

    private static JsonObject description(String file, JsonObject exported) throws ScriptException {
        if (!(exported.getValue("description") instanceof JsonObject description)
                || !(description.getValue("title") instanceof String)
                || !(description.getValue("parameters") instanceof JsonObject schema)) {
            throw new ScriptException(
                    file + ": export const description must be { title: string, parameters: JSON Schema }");
        }
        try {
            SchemaCheck.requireSchema(schema);
            SchemaCheck.of(schema);
        } catch (RuntimeException e) {
            throw new ScriptException(file + ": description.parameters: " + e.getMessage());
        }
        if (!(description.getValue("operators", false) instanceof Boolean)) {
            throw new ScriptException(file + ": description.operators: must be true or false");
        }
        return description;
    }

    private static String resource(String name) {
        try (InputStream in = Script.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
