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
        String text = routing.request().getParam("wait");
        if (text == null) {
            return otherwise;
        }
        Duration wait;
        try {
            wait = Settings.duration("wait", text);
        } catch (IllegalArgumentException e) {
            throw new ProblemException(400, e.getMessage());
        }
        if (wait.compareTo(LONGEST) > 0) {
            throw new ProblemException(
                    400, "wait: " + text + " is longer than the " + LONGEST.toSeconds() + "s allowed");
        }
        return wait;
    }
}
