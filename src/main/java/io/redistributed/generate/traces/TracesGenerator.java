package io.redistributed.generate.traces;

import io.redistributed.export.SpanPipeline;
import io.redistributed.export.statistics.TraceStatistics;
import io.redistributed.export.store.TraceStore;
import io.redistributed.generate.GenerateRequest;
import io.redistributed.generate.GeneratedContent;
import io.redistributed.generate.GenerationException;
import io.redistributed.generate.GeneratorVerticle;
import io.redistributed.settings.Settings;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Report type {@code traces}: {@link TraceStatistics} of the operations in the trace store of this process, or of an endpoint that
 * answers Jaeger's query API with OTLP/JSON.
 *
 * <p>Config: {@code endpoints}, name to {@code {url, links}}; see {@link TraceEndpoint}. Clients choose one by its name, so they
 * cannot make the worker call another URL. By default reports are about the first one, or the store if there is none.
 */
public class TracesGenerator extends GeneratorVerticle {

    private static final String STORE = "store";
    private static final String ENDPOINTS = "endpoints";
    private static final int CONNECT_MILLIS = 5_000;

    private final Map<String, TraceEndpoint> endpoints = new LinkedHashMap<>();
    private HttpClientAgent http;

    @Override
    protected String type() {
        return "traces";
    }

    @Override
    protected List<String> keys() {
        return List.of(ENDPOINTS);
    }

    @Override
    protected JsonObject description() {
        List<String> sources = new ArrayList<>(endpoints.keySet());
        sources.add(STORE);
        JsonObject description = new JsonObject("""
                {
                  "title": "Operations in traces: count, errors, percentiles of their durations, and the slowest",
                  "operators": true,
                  "parameters": {
                    "$schema": "https://json-schema.org/draft/2020-12/schema",
                    "type": "object",
                    "properties": {
                      "source": {
                        "description": "Where the traces are: the store of the worker's process, or an endpoint of its configuration."
                      },
                      "service": {
                        "description": "Only operations of this service. An endpoint needs it.",
                        "type": "string", "minLength": 1, "maxLength": 1000
                      },
                      "since": {
                        "description": "Only spans that started within this time, such as 15m.",
                        "type": "string", "pattern": "^[0-9]{1,9}(ms|s|m|h|d)$", "default": "1h"
                      },
                      "traces": {
                        "description": "Number of traces to ask an endpoint for.",
                        "type": "integer", "minimum": 1, "maximum": 1000, "default": 200
                      },
                      "top": {
                        "description": "Number of operations to list, those that took the most time first.",
                        "type": "integer", "minimum": 1, "maximum": 200, "default": 50
                      },
                      "format": {
                        "description": "Format of the report.",
                        "enum": ["json", "html"], "default": "json"
                      }
                    },
                    "additionalProperties": false
                  }
                }
                """);
        description
                .getJsonObject("parameters")
                .getJsonObject("properties")
                .getJsonObject("source")
                .put("enum", new JsonArray(sources))
                .put("default", sources.get(0));
        return description;
    }

    @Override
    public Future<?> start() {
        Settings settings = Settings.ofVerticle(config());
        JsonObject configured = settings.object(ENDPOINTS);
        http = vertx.createHttpClient(new HttpClientOptions().setConnectTimeout(CONNECT_MILLIS));
        for (String name : configured.fieldNames()) {
            if (name.equals(STORE)) {
                throw new IllegalArgumentException(
                        ENDPOINTS + "." + STORE + ": the name of the worker's own store; use another");
            }
            String path = ENDPOINTS + "." + name;
            Settings endpoint = new Settings(new Settings(configured, ENDPOINTS + ".").object(name), path + ".");
            endpoints.put(name, TraceEndpoint.of(http, name, endpoint));
        }
        return super.start();
    }

    @Override
    protected Future<GeneratedContent> generate(GenerateRequest request) throws GenerationException {
        JsonObject parameters = request.parameters();
        Instant now = Instant.now();
        Duration since = Settings.parseDuration(parameters.getString("since", "1h"))
                .orElseThrow(() -> GenerationException.invalidInput("parameter 'since' is not a duration"));
        String service = parameters.getString("service");
        TraceStatistics statistics = new TraceStatistics(service, now.minus(since), null, now);
        String source = parameters.getString(
                "source",
                endpoints.isEmpty() ? STORE : endpoints.keySet().iterator().next());
        TraceEndpoint endpoint = endpoints.get(source);
        if (endpoint == null) {
            return ofStore(statistics, parameters);
        }
        if (service == null) {
            throw GenerationException.invalidInput("parameter 'service' is required with an endpoint");
        }
        return endpoint.fetch(service, now.minus(since), now, parameters.getInteger("traces", 200))
                .compose(answer -> compute(() -> {
                    TraceStore store = endpoint.read(answer);
                    return report(store, statistics, endpoint.links(), parameters);
                }));
    }

    private Future<GeneratedContent> ofStore(TraceStatistics statistics, JsonObject parameters)
            throws GenerationException {
        SpanPipeline pipeline = SpanPipeline.of(vertx);
        if (!pipeline.isStoring()) {
            throw GenerationException.invalidInput(
                    "this worker stores no traces; configure 'endpoints' of the generator, or"
                            + " the exporter 'store'");
        }
        return pipeline.flush()
                .compose(flushed -> compute(() -> report(pipeline.store(), statistics, "/#/traces/", parameters)));
    }

    private static GeneratedContent report(
            TraceStore store, TraceStatistics statistics, String links, JsonObject parameters) {
        store.visit(statistics::add);
        JsonObject report = TracesReport.of(statistics.toJson(), parameters.getInteger("top", 50), links);
        return parameters.getString("format", "json").equals("html")
                ? new GeneratedContent(TracesPage.write(report), "text/html; charset=utf-8")
                : new GeneratedContent(report.toBuffer(), "application/json");
    }

    @Override
    public Future<?> stop() {
        return super.stop().eventually(() -> http.close());
    }
}
