// Entry point: views, the page's event stream, and the figures in the header.

import { byId, el, fact, setText } from "./dom.js";
import { count, duration } from "./format.js";
import { ask, setServiceTime, watchWhileSeen } from "./live.js";
import { ReportForm } from "./form.js";
import { ReportList } from "./list.js";
import { ReportDetail } from "./detail.js";
import { WorkersView } from "./workers.js";

const detail = new ReportDetail(byId("detail"));
const list = new ReportList(id => {
  location.hash = `#/reports/${id}`;
});
const workers = new WorkersView(byId("workers"));
const strip = new Map();

function show() {
  const [, view, id] = location.hash.split("/");
  const isWorkers = view === "workers";
  byId("workers").hidden = !isWorkers;
  byId("reports").hidden = isWorkers;
  for (const [link, current] of [["to-reports", !isWorkers], ["to-workers", isWorkers]]) {
    if (current) {
      byId(link).setAttribute("aria-current", "page");
    } else {
      byId(link).removeAttribute("aria-current");
    }
  }
  const selected = isWorkers || !id ? null : decodeURIComponent(id);
  byId("reports").classList.toggle("one", selected !== null);
  list.select(selected);
  detail.show(selected);
}

function figure(name, value) {
  if (!strip.has(name)) {
    const shown = el("span");
    strip.set(name, shown);
    byId("strip").append(fact(name, shown));
  }
  setText(strip.get(name), value);
}

function showStrip({ workers: all, queue }) {
  const slots = all.reduce((sum, worker) => sum + worker.slots, 0);
  figure("workers", count(all.length));
  figure("running", `${count(queue.running)} / ${count(slots)}`);
  figure("waiting", count(queue.waiting + queue.delayed));
}

const states = { live: "live", reconnecting: "reconnecting …", paused: "paused" };

function status(state) {
  const connection = byId("connection");
  connection.dataset.state = state;
  setText(connection, states[state]);
}

addEventListener("hashchange", show);
byId("new").addEventListener("click", () => form.toggle());
const form = new ReportForm(byId("form"), byId("new"), accepted => {
  location.hash = `#/reports/${accepted.id}`;
});
document.querySelector(".skip").addEventListener("click", event => {
  event.preventDefault();
  byId("content").focus();
});
show();

ask("/").then(entry => detail.jaeger(entry.links.jaeger), () => {});
watchWhileSeen("/events", {
  report: report => list.put(report),
  workers: state => {
    showStrip(state);
    workers.workers(state);
  },
  figures: figures => {
    setServiceTime(figures.time);
    status("live");
    figure("reports/s", figures.reportsPerSecond.toFixed(1));
    if ("p50" in figures.latencyMillis) {
      figure("p50", duration(figures.latencyMillis.p50 * 1000));
      figure("p95", duration(figures.latencyMillis.p95 * 1000));
    }
    workers.figures(figures);
  },
  trouble: trouble => {
    const connection = byId("connection");
    connection.dataset.state = "trouble";
    setText(connection, trouble.detail);
  },
}, status);
