package io.redistributed.generate.js;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.redistributed.generate.GenerateRequest;
import io.redistributed.generate.GeneratedContent;
import io.redistributed.generate.GenerationException;
import io.redistributed.generate.GeneratorVerticle;
import io.redistributed.settings.Settings;
import io.redistributed.telemetry.Telemetry;
import io.vertx.core.Future;
import io.vertx.core.Timer;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A report type that a script makes. Each report runs in an engine of its own, which starts in the state that the script's top level left: no report sees another. Config: as of {@link GeneratorVerticle}.
 */
final class JsGenerator extends GeneratorVerticle {

    private static final Logger log = LoggerFactory.getLogger(JsGenerator.class);

    private static final int LOAD_SECONDS = 30;
    private static final int RELOAD_MILLIS = 500;

    private final String file;
    private final ClassLoader classPath;

    private volatile Script script;
    private ScriptSource source;
    private FileTime modified;
    private Tracer tracer;
    private Logger lines;

    JsGenerator(String file, ClassLoader classPath) {
        this.file = file;
        this.classPath = classPath;
    }

    @Override
    protected String type() {
        return script.type();
    }

    @Override
    protected JsonObject description() {
        return script.description();
    }

    @Override
    protected String implementation() {
        return JsVerticleFactory.PREFIX + ':' + file;
    }

    @Override
    public Future<?> start() {
        JsonObject node = config().getJsonObject(Settings.NODE, new JsonObject());
        source = new ScriptSource(file, Path.of(node.getString("folder", "")), classPath);
        tracer = Telemetry.of(vertx).service(Telemetry.REPORT_GENERATOR).getTracer("io.redistributed.generate");
        return modified()
                .compose(found -> {
                    modified = found;
                    return load();
                })
                .compose(loaded -> {
                    script = loaded;
                    lines = LoggerFactory.getLogger(JsVerticleFactory.PREFIX + '.' + loaded.type());
                    if (node.getBoolean("dev", false)) {
                        vertx.setPeriodic(RELOAD_MILLIS, timer -> reloadIfEdited());
                    }
                    return super.start();
                });
    }

    /** Reads and loads the script off the event loop. */
    private Future<Script> load() {
        return vertx.executeBlocking(
                () -> {
                    String text = source.read();
                    Timer limit = vertx.timer(LOAD_SECONDS, TimeUnit.SECONDS);
                    try {
                        return ScriptThread.call("load " + file, () -> Script.load(file, text), limit);
                    } catch (CancellationException endless) {
                        throw new ScriptException(file + ": its top level took more than " + LOAD_SECONDS + " s");
                    } finally {
                        limit.cancel();
                    }
                },
                false);
    }

    private Future<FileTime> modified() {
        return vertx.executeBlocking(source::modified, false);
    }

    private void reloadIfEdited() {
        modified().onSuccess(found -> {
            if (found != null && !found.equals(modified)) {
                modified = found;
                reload();
            }
        });
    }

    private void reload() {
        load().onSuccess(loaded -> {
                    if (!loaded.type().equals(type())) {
                        log.warn("{} now has the type '{}'; restart to deploy it", file, loaded.type());
                        return;
                    }
                    script = loaded;
                    redescribe();
                    log.info("Reloaded {}", file);
                })
                .onFailure(cause -> log.warn("Not reloaded: {}", cause.getMessage()));
    }

    @Override
    protected Future<GeneratedContent> generate(GenerateRequest request) {
        Script current = script;
        return compute(() ->
                ScriptThread.call("generate " + current.type(), () -> generate(current, request), request.cancelled()));
    }

    private GeneratedContent generate(Script current, GenerateRequest request) throws GenerationException {
        try {
            return new ScriptRun(current, request, tracer, lines).call();
        } catch (ScriptMemory.ExhaustedException e) {
            throw GenerationException.retryable(e.getMessage(), e);
        } catch (ScriptFailure e) {
            throw failed(e.error(), request);
        }
    }

    private GenerationException failed(ScriptError error, GenerateRequest request) {
        switch (error.kind()) {
            case "invalid" -> {
                return GenerationException.invalidInput(error.message());
            }
            case "retryable" -> {
                return GenerationException.retryable(error.message(), null);
            }
            default -> {
                String message = error.headline(file) + error.stack();
                ScriptSpans.record(Span.current(), error, file);
                log.error("Attempt {} of report {}: {}", request.attempt(), request.reportId(), message);
                return GenerationException.scriptError(message);
            }
        }
    }
}
