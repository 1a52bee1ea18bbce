package io.redistributed.api;

import io.vertx.core.MultiMap;
import java.util.Set;

/** What holds for the query of each request: its parameters are known, and each is there once. */
final class QueryParameters {

    private QueryParameters() {}

    /**
     * @param allowed in the order in which they are to be told
     * @throws ProblemException (400) naming the first that is unknown, or there more than once
     */
    static void check(MultiMap query, Set<String> allowed) {
        for (String name : query.names()) {
            if (!allowed.contains(name)) {
                throw new ProblemException(
                        400, name + ": unknown query parameter; allowed are " + String.join(", ", allowed));
            }
            checkOnce(query, name);
        }
    }

    /** @throws ProblemException (400) if a parameter is there more than once */
    static void checkOnce(MultiMap query) {
        query.names().forEach(name -> checkOnce(query, name));
    }

    /** @throws ProblemException (400) if the parameter is there more than once */
    static void checkOnce(MultiMap query, String name) {
        if (query.getAll(name).size() > 1) {
            throw new ProblemException(400, name + ": is given more than once");
        }
    }
}
