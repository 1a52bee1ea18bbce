package io.redistributed.api.events;

import io.redistributed.api.reports.ReportJson;
import io.redistributed.queue.Report;
import io.redistributed.queue.ReportQueue;
import io.vertx.core.Future;

/** Polls one report until it ends. */
final class ReportPoller implements EventTopic.Poller {

    private static final long MILLIS = 500;

    private final String id;

    ReportPoller(String id) {
        this.id = id;
    }

    @Override
    public Future<Long> poll(ReportQueue queue, EventTopic topic) {
        return queue.find(id).map(found -> {
            found.ifPresent(report -> topic.put(id, version(report), "report", ReportJson.of(report)));
            return found.isEmpty() || found.get().state().isTerminal() ? EventTopic.OVER : MILLIS;
        });
    }

    /**
     * Returns the changing parts of a report as an event id, equal on every node, so that a client may resume at
     * another one.
     */
    static String version(Report report) {
        String progress = report.progress() == null ? "" : "-" + report.progress();
        return report.state().text() + '-' + report.attempt() + progress;
    }
}
