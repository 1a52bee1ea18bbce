package io.redistributed.load;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * What a run is to do.
 *
 * @param rate reports a second; 0 for a closed loop
 * @param burst reports that are sent at once; 1 unless there is a rate
 * @param connections clients of a closed loop; of an open one, the most reports under way at once
 * @param threads event loops
 * @param input null if the report has none
 * @param await share of the reports whose end is waited for, 0 to 1
 * @param checkResults share of those whose result is fetched and compared
 * @param checkTraces share of those whose trace is looked at
 * @param patience how long after the last request reports may take to end
 */
record LoadPlan(
        List<URI> urls,
        double rate,
        int burst,
        int connections,
        int threads,
        Duration warmup,
        Duration duration,
        String type,
        JsonObject parameters,
        Buffer input,
        double await,
        double checkResults,
        double checkTraces,
        Duration patience) {

    boolean isOpen() {
        return rate > 0;
    }
}
