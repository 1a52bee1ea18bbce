// Workers, queue figures, and span export.

import { el, fact, setText } from "./dom.js";
import { bytes, count, duration, span } from "./format.js";
import { now } from "./live.js";
import { LineChart } from "./chart.js";

const STALE_MILLIS = 6000;

export class WorkersView {
  constructor(element) {
    this.rate = new LineChart("Reports submitted per second", [["reports/s", "a"]], value => value.toFixed(value < 10 ? 1 : 0));
    this.latency = new LineChart("Latency of the latest reports, from submit to end",
      [["p50", "a"], ["p95", "b"], ["p99", "c"]], value => duration(value * 1000));
    this.queue = el("dl", { className: "facts" });
    this.body = el("tbody");
    this.exporters = el("tbody");
    this.spans = el("dl", { className: "facts" });
    const head = names => el("thead", {}, el("tr", {}, ...names.map(([name, style = ""]) =>
      el("th", { scope: "col", className: style }, name))));
    element.append(
      el("h2", {}, "Queue"), this.queue,
      el("div", { className: "charts" }, this.rate.element, this.latency.element),
      el("h2", {}, "Workers"),
      scroll("Workers", el("table", { className: "list" },
        head([["Worker"], ["Host"], ["Process", "number"], ["Slots"], ["Used", "number"], ["Ended / min", "number"],
          ["Last heartbeat", "number"], ["Refused", "number"], ["Version"]]), this.body)),
      el("h2", {}, "Spans of this node"), this.spans,
      scroll("Exporters", el("table", { className: "list" },
        head([["Exporter"], ["Endpoint"], ["Exported", "number"], ["Queued", "number"], ["In flight", "number"],
          ["Failed attempts", "number"], ["Dropped", "number"]]), this.exporters)));
    setInterval(() => this.heartbeats(), 1000);
  }

  workers({ workers, queue }) {
    this.queue.replaceChildren(
      fact("waiting", count(queue.waiting)), fact("longest wait", queue.waiting > 0 ? span(queue.waitedMillis) : "–"),
      fact("waiting for a retry", count(queue.delayed)), fact("running", count(queue.running)));
    this.rows = workers.map(worker => {
      const heartbeat = el("td", { className: "number" });
      const refused = Object.entries(worker.refused);
      const used = worker.running.length;
      const row = el("tr", {},
        el("td", {}, worker.id), el("td", {}, worker.host), el("td", { className: "number" }, String(worker.pid)),
        el("td", {}, el("meter", { min: 0, max: worker.slots, value: Math.min(used, worker.slots), "aria-label": `Slots used by ${worker.id}` })),
        el("td", { className: "number" }, `${used} / ${worker.slots}`),
        el("td", { className: "number" }, String(worker.endedPerMinute)), heartbeat,
        el("td", { className: "number", title: refused.map(([why, number]) => `${why}: ${number}`).join(", ") },
          count(refused.reduce((sum, [, number]) => sum + number, 0))),
        el("td", {}, worker.version));
      row.dataset.worker = worker.id;
      return { row, heartbeat, at: Date.parse(worker.lastHeartbeat) };
    });
    this.body.replaceChildren(...this.rows.map(({ row }) => row));
    this.heartbeats();
  }

  /**
   * Shows the age of heartbeats. With the default lease they come every two seconds; three missing ones mark the
   * worker.
   */
  heartbeats() {
    for (const { row, heartbeat, at } of this.rows ?? []) {
      const ago = Math.max(0, now() - at);
      setText(heartbeat, `${span(ago)} ago`);
      row.classList.toggle("silent", ago > STALE_MILLIS);
    }
  }

  figures({ time, reportsPerSecond, latencyMillis, spans }) {
    const at = Date.parse(time);
    this.rate.add(at, [reportsPerSecond]);
    this.latency.add(at, [latencyMillis.p50, latencyMillis.p95, latencyMillis.p99]);
    this.spans.replaceChildren(
      fact("ended", count(spans.ended)), fact("waiting for exporters", `${count(spans.queued)} / ${count(spans.capacity)}`),
      fact("dropped", count(spans.dropped)), fact("traces in the store", count(spans.store.traces)),
      fact("spans in the store", count(spans.store.spans)), fact("store", bytes(spans.store.bytes)));
    this.exporters.replaceChildren(...spans.exporters.map(exporter => {
      const dropped = Object.values(exporter.dropped).reduce((sum, number) => sum + number, 0);
      return el("tr", {}, el("td", {}, exporter.exporter), el("td", {}, exporter.endpoint ?? "this process"),
        ...[exporter.exported, exporter.queued, exporter.inFlight, exporter.failures, dropped].map(number =>
          el("td", { className: "number" }, count(number))));
    }));
  }
}

function scroll(name, table) {
  return el("div", { className: "wide", tabIndex: 0, role: "region", "aria-label": name }, table);
}
