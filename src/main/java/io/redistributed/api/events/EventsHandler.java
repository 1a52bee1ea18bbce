package io.redistributed.api.events;

import io.redistributed.api.http.Gate;
import io.redistributed.api.http.ProblemException;
import io.redistributed.api.http.RequestEnd;
import io.redistributed.api.http.Routes;
import io.redistributed.api.reports.ReportsHandler;
import io.redistributed.auth.Caller;
import io.redistributed.auth.Usage;
import io.redistributed.queue.ReportQueue;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Serves {@code /events} and {@code /reports/{id}/events}: changes as server-sent events. Used on one event loop. */
public final class EventsHandler {

    public static final String PATH = "/events";

    private static final Set<String> PUBLIC = Set.of(PagePoller.FIGURES, EventTopic.TROUBLE);

    /** Limit of a stream whose credentials expire. */
    private static final long LONGEST_MILLIS = Duration.ofDays(1).toMillis();

    private final ReportQueue queue;
    private final EventHub hub;
    private final EventHub.QueueAccess access;
    private final Set<EventStream> streams = new HashSet<>();

    /** @param context of the verticle */
    public EventsHandler(Vertx vertx, Context context, ReportQueue queue) {
        this.queue = queue;
        this.hub = EventHub.of(vertx);
        this.access = new EventHub.QueueAccess(context, queue);
        hub.add(access);
    }

    public void mount(Routes routes) {
        routes.get(PATH).handler(routing -> stream(routing, hub::page));
        routes.get(ReportsHandler.PATH + "/:id" + PATH).handler(this::watch);
    }

    /** Ends the streams of this instance and stops polling. */
    public void close() {
        hub.remove(access);
        List.copyOf(streams).forEach(EventStream::end);
    }

    private void watch(RoutingContext routing) {
        String id = ReportsHandler.id(routing);
        queue.find(id)
                .map(found -> found.orElseThrow(() -> ReportsHandler.noReport(id)))
                .onSuccess(report -> {
                    boolean hasAll = ReportPoller.version(report)
                            .equals(routing.request().getHeader("last-event-id"));
                    if (report.state().isTerminal() && hasAll) {
                        // An EventSource stops reconnecting on 204.
                        routing.response().setStatusCode(204).end();
                    } else {
                        stream(routing, () -> hub.report(id));
                    }
                })
                .onFailure(routing::fail);
    }

    /** Others than operators see their own reports and figures of the whole queue. */
    private static Predicate<String> visibleTo(Caller caller) {
        return subject -> caller.sees(subject) || PUBLIC.contains(subject);
    }

    private static void endWithCredentials(Vertx vertx, Caller caller, EventStream stream, Future<Void> end) {
        if (caller.expires() != Caller.NEVER) {
            long left = caller.expires() - System.currentTimeMillis();
            long timer = vertx.setTimer(Math.max(1, Math.min(left, LONGEST_MILLIS)), expired -> stream.end());
            end.onComplete(gone -> vertx.cancelTimer(timer));
        }
    }

    /** @param topics called once the stream has entered the hub, which removes its topic when it exits */
    private void stream(RoutingContext routing, Supplier<EventTopic> topics) {
        if (routing.request().method() == HttpMethod.HEAD) {
            routing.response().putHeader("content-type", "text/event-stream").end();
            return;
        }
        Future<Void> end = RequestEnd.of(routing);
        if (end.isComplete()) {
            // The client disconnected during the lookup.
            return;
        }
        Caller caller = Gate.caller(routing);
        Usage usage = Usage.of(routing.vertx(), caller);
        if (!usage.startStream(caller.limits())) {
            routing.fail(new ProblemException(
                    429,
                    "the limit of " + caller.limits().streams() + " event streams of " + caller.name()
                            + " is reached"));
            return;
        }
        end.onComplete(gone -> usage.endStream());
        if (!hub.enter()) {
            routing.fail(new ProblemException(
                    503,
                    "the limit of " + EventHub.MAX_STREAMS + " event streams is reached; poll GET "
                            + ReportsHandler.PATH));
            return;
        }
        EventTopic topic = topics.get();
        EventStream stream = new EventStream(
                routing.vertx(),
                routing.response(),
                topic,
                visibleTo(caller),
                routing.request().getHeader("last-event-id"));
        streams.add(stream);
        end.onComplete(gone -> {
            stream.close();
            streams.remove(stream);
            hub.exit(topic, stream);
        });
        stream.begin();
        endWithCredentials(routing.vertx(), caller, stream, end);
        RequestEnd.orInputEnd(routing).onComplete(gone -> stream.end());
    }
}
