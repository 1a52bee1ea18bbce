package io.redistributed.api;

import io.redistributed.settings.Settings;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;

/** The query parameter {@code wait}: how long an answer may be held back until there is more to say. */
final class WaitParameter {

    private static final Duration LONGEST = Duration.ofSeconds(60);

    private WaitParameter() {}

    /** @throws ProblemException (400) if it is not a duration up to 60 s */
    static Duration of(RoutingContext routing, Duration otherwise) {
        QueryParameters.checkOnce(routing.queryParams(), "wait");
        String text = routing.request().getParam("wait");
        if (text == null) {
            return otherwise;
        }
        return Settings.parseDuration(text)
                .filter(wait -> wait.compareTo(LONGEST) <= 0)
                .orElseThrow(() -> new ProblemException(
                        400, "wait: \"" + text + "\" is not a duration from 0s to 60s, such as 500ms or 30s"));
    }
}
