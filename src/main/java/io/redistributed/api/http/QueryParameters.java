package io.redistributed.api.http;

import io.vertx.core.MultiMap;
import java.util.Set;

/** Checks that the parameters of a query are known and not repeated. */
public final class QueryParameters {

    private QueryParameters() {}

    /**
     * @param allowed parameter names, in the order of the error message
     * @throws ProblemException (400) that names the first unknown or repeated parameter
     */
    public static void check(MultiMap query, Set<String> allowed) {
        check(query, allowed, Set.of());
    }

    /** @param repeatable those of the allowed parameters that may be repeated */
    public static void check(MultiMap query, Set<String> allowed, Set<String> repeatable) {
        for (String name : query.names()) {
            if (!allowed.contains(name)) {
                throw new ProblemException(
                        400, name + ": unknown query parameter; allowed are " + String.join(", ", allowed));
            }
            if (!repeatable.contains(name)) {
                checkOnce(query, name);
            }
        }
    }

    /** @throws ProblemException (400) if a parameter is repeated */
    public static void checkOnce(MultiMap query) {
        query.names().forEach(name -> checkOnce(query, name));
    }

    /** @throws ProblemException (400) if the parameter is repeated */
    public static void checkOnce(MultiMap query, String name) {
        if (query.getAll(name).size() > 1) {
            throw new ProblemException(400, name + ": given more than once");
        }
    }
}
