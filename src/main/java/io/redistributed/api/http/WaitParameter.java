package io.redistributed.api.http;

import io.redistributed.settings.Settings;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;

/** Reads the query parameter {@code wait}: how long a response may be delayed until there is more to report. */
public final class WaitParameter {

    private static final Duration MAX_WAIT = Duration.ofSeconds(60);

    private WaitParameter() {}

    /** @throws ProblemException (400) if it is not a duration from 0 to 60 s */
    public static Duration of(RoutingContext routing, Duration defaultWait) {
        QueryParameters.checkOnce(routing.queryParams(), "wait");
        String text = routing.request().getParam("wait");
        if (text == null) {
            return defaultWait;
        }
        return Settings.parseDuration(text)
                .filter(wait -> wait.compareTo(MAX_WAIT) <= 0)
                .orElseThrow(() -> new ProblemException(
                        400, "wait: \"" + text + "\" is not a duration from 0s to 60s, such as 500ms or 30s"));
    }
}
