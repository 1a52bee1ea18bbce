package io.redistributed.load;

import io.redistributed.system.ClientTls;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * Settings of a load run.
 *
 * @param rate reports per second; 0 for a closed loop
 * @param burst reports sent at once; 1 without a rate
 * @param connections clients of a closed loop; maximum of concurrent requests of an open loop
 * @param threads event loops
 * @param input null without input
 * @param await share of the reports to wait for, 0 to 1
 * @param checkResults share of those whose result is fetched and compared
 * @param checkTraces share of those whose trace is checked
 * @param patience time for reports to end after the last request
 * @param token API key or token to send; empty for none
 * @param tls of connections to URLs with https
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
        LoadInput input,
        double await,
        double checkResults,
        double checkTraces,
        Duration patience,
        String token,
        ClientTls tls) {

    boolean isOpen() {
        return rate > 0;
    }
}
