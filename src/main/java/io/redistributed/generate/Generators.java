package io.redistributed.generate;

import io.redistributed.vertx.internal.NodeContext;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/**
 * The generators deployed in this process: report type → description. Workers announce these types to the cluster, so that any API node can validate a request. Thread-safe.
 *
 * <p>A description is {@code {"title": …, "parameters": {JSON Schema draft 2020-12 of the parameters object}}}.
 */
public final class Generators {

    private static final Pattern TYPE = Pattern.compile("[a-z][a-z0-9-]{0,63}");

    private final Map<String, Deployed> deployed = new ConcurrentHashMap<>();

    private Generators() {}

    /** Returns whether the name is a valid report type: at most 64 lower-case letters, digits and -, a letter first. */
    public static boolean isType(String name) {
        return TYPE.matcher(name).matches();
    }

    /** Returns the deployed types, sorted by name, with their descriptions, which the caller must not change. */
    public static SortedMap<String, JsonObject> deployed(Vertx vertx) {
        SortedMap<String, JsonObject> descriptions = new TreeMap<>();
        map(vertx).forEach((type, deployed) -> descriptions.put(type, deployed.description()));
        return descriptions;
    }

    /** Returns whether only callers who may operate can submit reports of a type of this process. */
    public static boolean isForOperators(Vertx vertx, String type) {
        Deployed deployed = map(vertx).get(type);
        return deployed != null && !Boolean.FALSE.equals(deployed.description().getValue("operators", false));
    }

    /** Returns whether the generators of a type in this process read long inputs in chunks. */
    public static boolean streamInput(Vertx vertx, String type) {
        Deployed deployed = map(vertx).get(type);
        return deployed != null && deployed.generators().get(0).streamsInput();
    }

    /**
     * Generates a report with a generator of its type in this process: one on the caller's event loop if any, else generators in turn. Nothing is copied. Thread-safe.
     *
     * @param timeout how long the work may take, at least a millisecond; the generator only learns of a timeout through its progress
     * @param longestWait how long the work may wait for a thread
     */
    public static Generation ask(
            Vertx vertx, String type, GenerateRequest request, Duration timeout, Duration longestWait) {
        Generation generation = new Generation(type, request, vertx.getOrCreateContext());
        Deployed deployed = map(vertx).get(type);
        if (deployed == null) {
            generation.fail(GenerationException.noGenerator("no generator for report type '" + type
                    + "' is deployed in this process; deployed: "
                    + String.join(", ", deployed(vertx).keySet())));
            return generation;
        }
        deployed.next(Vertx.currentContext()).generate(generation);
        if (!generation.content().isComplete()) {
            generation.limit(timeout, longestWait);
        }
        return generation;
    }

    /** @throws IllegalArgumentException if another implementation provides the type */
    static void add(Vertx vertx, String type, JsonObject description, GeneratorVerticle generator) {
        map(vertx).compute(type, (key, deployed) -> {
            List<GeneratorVerticle> all = new ArrayList<>(deployed == null ? List.of() : deployed.generators());
            all.stream()
                    .map(GeneratorVerticle::implementation)
                    .filter(other -> !other.equals(generator.implementation()))
                    .findFirst()
                    .ifPresent(other -> {
                        throw new IllegalArgumentException("report type '" + type + "' is that of " + other + " too");
                    });
            all.add(generator);
            return new Deployed(description.copy(), List.copyOf(all), new AtomicInteger());
        });
    }

    static void redescribe(Vertx vertx, String type, JsonObject description) {
        map(vertx)
                .computeIfPresent(
                        type,
                        (key, deployed) -> new Deployed(description.copy(), deployed.generators(), deployed.turn()));
    }

    static void remove(Vertx vertx, String type, GeneratorVerticle generator) {
        map(vertx).computeIfPresent(type, (key, deployed) -> {
            List<GeneratorVerticle> rest = new ArrayList<>(deployed.generators());
            rest.remove(generator);
            return rest.isEmpty() ? null : new Deployed(deployed.description(), List.copyOf(rest), new AtomicInteger());
        });
    }

    private static Map<String, Deployed> map(Vertx vertx) {
        return NodeContext.of(vertx).get(Generators.class, Generators::new).deployed;
    }

    private record Deployed(JsonObject description, List<GeneratorVerticle> generators, AtomicInteger turn) {

        /** @param caller null if the caller is on no context of Vert.x */
        GeneratorVerticle next(Context caller) {
            for (GeneratorVerticle generator : generators) {
                if (caller != null && generator.sharesLoopOf(caller)) {
                    return generator;
                }
            }
            return generators.get(Math.floorMod(turn.getAndIncrement(), generators.size()));
        }
    }
}
