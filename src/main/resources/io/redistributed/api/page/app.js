// Entry point: views, the page's event stream, and the figures in the header.

import { byId, el, fact, setText } from "./dom.js";
import { count, duration } from "./format.js";
import { ask, setServiceTime, watchWhileSeen } from "./live.js";
import { ComparePage } from "./compare-page.js";
import { ReportForm } from "./form.js";
import { ReportList } from "./list.js";
import { rights } from "./session.js";
import { ReportDetail } from "./detail.js";
import { TracePage } from "./trace-page.js";
import { TracesView } from "./traces.js";
import { ServicesView } from "./services.js";
import { WorkersView } from "./workers.js";

const detail = new ReportDetail(byId("detail"));
const list = new ReportList(id => {
  location.hash = `#/reports/${id}`;
});
const workers = new WorkersView(byId("workers"));
const tracePage = new TracePage(byId("trace-detail"));
const traces = new TracesView(byId("traces"), id => {
  location.hash = `#/traces/${id}`;
});
const comparePage = new ComparePage(byId("compare"));
const services = new ServicesView(byId("services"));
const strip = new Map();
const VIEWS = ["reports", "traces", "compare", "services", "workers"];

function show() {
  const [path, query = ""] = location.hash.split("?");
  const [, named, ...rest] = path.split("/").map(decoded);
  const view = VIEWS.includes(named) ? named : isViewer ? "traces" : "reports";
  for (const name of VIEWS) {
    byId(name).hidden = name !== view;
    byId(`to-${name}`)?.removeAttribute("aria-current");
  }
  byId(view === "compare" ? "to-traces" : `to-${view}`).setAttribute("aria-current", "page");
  const id = rest[0] || null;
  byId(view).classList.toggle("one", id !== null);
  showReport(view === "reports" ? id : null);
  if (view === "traces") {
    showTraces(id, rest[1], query);
  } else if (view === "compare") {
    comparePage.show(...rest);
  } else if (view === "services") {
    services.show(query);
  }
}

/** Text that is not percent-encoded stays as it is. */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function showReport(id) {
  list.select(id);
  detail.show(id);
}

function showTraces(id, spanId, query) {
  if (!id) {
    traces.show(query);
  } else if (!traces.traces) {
    traces.show("");
  }
  traces.select(id);
  tracePage.show(id, spanId);
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

const states = { connecting: "connecting", live: "live", reconnecting: "reconnecting …", paused: "paused" };

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

/** A viewer has traces alone, and no event stream. */
let isViewer = false;

function startViewer() {
  isViewer = true;
  byId("to-reports").hidden = true;
  byId("to-workers").hidden = true;
  byId("strip").hidden = true;
  byId("connection").hidden = true;
}

rights().then(granted => {
  document.body.dataset.rights = granted.join(" ");
  start();
}, start);

function start() {
  ask("/").then(entry => enter(entry), () => {
    show();
    follow();
  });
}

function enter(entry) {
  if (!entry.links.reports) {
    startViewer();
    show();
    return;
  }
  detail.jaeger(entry.links.jaeger);
  show();
  follow();
}

function follow() {
  let before;
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
  }, state => {
    if (state === "connecting" || (before === "reconnecting" && state === "live")) {
      list.load();
    }
    before = state;
    status(state);
  });
}
