// One trace: where its time went, as a waterfall, a flame graph and a table.

import { criticalPath, totals } from "./analysis.js";
import { el, fact, setText } from "./dom.js";
import { dateAndTime, duration } from "./format.js";
import { FlameGraph } from "./flame.js";
import { ask } from "./live.js";
import { SpanTable } from "./span-table.js";
import { Tabs } from "./tabs.js";
import { Waterfall, colorsOf } from "./waterfall.js";

const MAX_LINKING = 20;

export class TracePage {
  constructor(element) {
    this.element = element;
    const open = spanId => {
      location.hash = `#/traces/${this.id}/${spanId}`;
      this.tabs.choose("waterfall");
      this.waterfall.focus(spanId);
    };
    this.head = el("header", { className: "head" });
    this.problem = el("p", { className: "error", role: "alert" });
    this.facts = el("dl", { className: "facts" });
    this.spent = el("ul", { className: "spent", "aria-label": "Critical path" });
    this.waterfall = new Waterfall((traceId, spanId) => {
      location.hash = `#/traces/${traceId}/${spanId ?? ""}`;
    });
    this.flame = new FlameGraph(open);
    this.table = new SpanTable(open);
    this.tabs = new Tabs("Views of the trace", {
      waterfall: ["Waterfall", this.waterfall.element],
      flame: ["Flame graph", this.flame.element],
      spans: ["Spans", this.table.element],
    }, () => this.waterfall.scheduleWindow());
    this.hint = el("div", { className: "nothing" }, el("p", {}, "Select a trace."));
    element.append(this.hint);
  }

  /** `spanId` is the span to move to, if any. */
  async show(id, spanId) {
    if (id === this.id) {
      if (spanId && this.waterfall.layout) {
        this.goTo(spanId);
      }
      return;
    }
    this.id = id;
    if (!id) {
      this.element.replaceChildren(this.hint);
      return;
    }
    this.head.replaceChildren(el("h2", {}, "Trace ", el("span", { className: "id" }, id)));
    this.facts.replaceChildren();
    this.spent.replaceChildren();
    setText(this.problem, "");
    this.waterfall.clear();
    this.element.replaceChildren(this.head, this.problem, this.facts, this.spent, this.tabs.element);
    this.tabs.choose("waterfall");
    try {
      const trace = await ask(`/traces/${encodeURIComponent(id)}?wait=1s`);
      if (id === this.id) {
        this.render(trace);
        if (spanId) {
          this.goTo(spanId);
        }
      }
    } catch (problem) {
      if (id === this.id) {
        setText(this.problem, problem.message);
      }
    }
  }

  goTo(spanId) {
    if (!this.waterfall.open.has(spanId)) {
      this.waterfall.toggle(spanId);
    } else {
      this.waterfall.focus(spanId);
    }
  }

  render(trace) {
    this.waterfall.show(trace);
    const { layout } = this.waterfall;
    const segments = criticalPath(layout);
    const root = layout.rows[0].span;
    this.head.replaceChildren(
      el("a", { className: "back", href: "#/traces" }, "← All traces"),
      el("h2", {}, el("bdi", {}, root.service), ": ", el("bdi", {}, root.name), " ", el("span", { className: "id" }, this.id)),
      el("span", { className: "actions" },
        el("a", { className: "button", href: `#/compare/${this.id}` }, "Compare"),
        el("a", { className: "button", href: `/api/v3/traces/${this.id}`, download: `${this.id}.otlp.json` }, "OTLP"),
        el("a", { className: "button", href: `/api/traces/${this.id}`, download: `${this.id}.jaeger.json` }, "Jaeger")));
    this.facts.replaceChildren(
      fact("started", dateAndTime(layout.start / 1000)),
      fact("took", duration(layout.length)), fact("spans", String(layout.rows.length)),
      fact("services", layout.services.join(", ")));
    const colors = colorsOf(layout.services);
    this.spent.hidden = segments.length === 0;
    this.spent.replaceChildren(el("li", {}, el("b", {}, "Critical path")),
      ...totals(segments).map(({ what, micros, share }) =>
        el("li", {}, el("meter", { value: share, max: 1, "aria-label": what }), " ", el("bdi", {}, what), " ", el("b", {}, duration(micros)),
          ` ${Math.round(100 * share)} %`)));
    this.flame.show(layout, colors);
    this.table.show(layout, segments);
    this.findLinks();
  }

  /** Loads the traces with links to this one, so that links can be followed back. */
  async findLinks() {
    const { id } = this;
    try {
      const { traces } = await ask(`/traces?linkedTrace=${id}&limit=${MAX_LINKING}`);
      const others = traces.filter(({ traceId }) => traceId !== id);
      const whole = await Promise.all(others.map(({ traceId }) => ask(`/traces/${traceId}?wait=0s`)));
      if (id === this.id && whole.length > 0) {
        this.waterfall.addIncoming(whole);
        this.facts.append(fact("linked from", ...whole.flatMap(({ traceId }, i) => [i > 0 ? ", " : "",
          el("a", { href: `#/traces/${traceId}` }, `${traceId.slice(0, 8)}…`)])));
      }
    } catch {
      // The links are an addition: without them the trace is still whole.
    }
  }
}
