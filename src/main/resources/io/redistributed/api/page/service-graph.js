// Draws services and the calls between them. The table of calls has the same figures.

import { el, svg } from "./dom.js";
import { duration, percentage, rate } from "./format.js";
import { layOutGraph } from "./graph-layout.js";

const MAX_NODES = 40;
const WIDTH = 132;
const MIN_HEIGHT = 40;
const GAP = 200;
const ROW_GAP = 30;
const MARGIN = 22;
/** The distance of edges at the side of a node, so that their labels do not touch. */
const PORT = 16;
const NAME_CHARACTERS = 18;

export class ServiceGraph {
  /** `link(service)` returns the address of a service. */
  constructor(link) {
    this.link = link;
    this.drawing = svg("svg", { class: "graph", role: "group", "aria-label": "Service graph; the table of calls has the same figures" });
    this.note = el("p", { className: "empty" });
    this.element = el("div", { className: "wide", tabIndex: 0, role: "region", "aria-label": "Service graph" }, this.drawing, this.note);
  }

  show(calls, chosen) {
    this.element.hidden = calls.length === 0;
    if (calls.length === 0) {
      return;
    }
    const { nodes, edges, columns, omitted } = layOutGraph(calls, MAX_NODES);
    const height = place(nodes, edges);
    const width = 2 * MARGIN + columns * (WIDTH + GAP) - GAP;
    const focused = this.drawing.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    for (const [name, value] of Object.entries({ viewBox: `0 0 ${width} ${height}`, width, height })) {
      this.drawing.setAttribute(name, value);
    }
    const most = Math.max(...edges.map(({ call }) => call.count));
    this.drawing.replaceChildren(marker("arrow"), marker("bad-arrow"),
      ...edges.map(edge => this.edge(edge, most)), ...nodes.map(node => this.node(node, chosen)));
    if (focused) {
      [...this.drawing.querySelectorAll("a")].find(a => a.dataset.key === focused)?.focus({ preventScroll: true });
    }
    this.note.textContent = omitted > 0 ? `The ${MAX_NODES} services with the most calls, of ${MAX_NODES + omitted}.` : "";
  }

  node({ key, name, isDatabase, x, y, height, calls, errors }, chosen) {
    const middle = y + height / 2;
    const shape = svg("rect", { x, y, width: WIDTH, height, rx: isDatabase ? 20 : 4 });
    const text = name.length > NAME_CHARACTERS ? `${name.slice(0, NAME_CHARACTERS - 1)}…` : name;
    const received = calls === 0 ? "caller" : `${percentage(errors, calls)} errors`;
    const parts = [svg("title", {}, `${name}, ${received}`), shape,
      svg("text", { x: x + WIDTH / 2, y: middle - 3, class: "middle" }, text),
      svg("text", { x: x + WIDTH / 2, y: middle + 12, class: "middle detail-text" }, isDatabase && errors === 0 ? "database" : received)];
    const style = `graph-node${errors > 0 ? " failed" : ""}${isDatabase ? " database" : ""}`;
    if (isDatabase) {
      return svg("g", { class: style }, ...parts);
    }
    const isChosen = name === chosen;
    const link = svg("a", { href: this.link(isChosen ? "" : name), class: style,
      "aria-label": `${name}, ${received}${isChosen ? "; show all services" : ""}` }, ...parts);
    if (isChosen) {
      link.setAttribute("aria-current", "true");
    }
    link.dataset.key = key;
    return link;
  }

  edge(edge, most) {
    const { call } = edge;
    const isFailed = call.errors > 0;
    const label = `${rate(call.perSecond)} · ${duration(call.p95Micros)}`;
    const { path, at } = edge.isBack ? back(edge) : ahead(edge);
    return svg("g", { class: `graph-edge ${call.type}${isFailed ? " failed" : ""}`, "aria-hidden": "true" },
      svg("title", {}, `${call.from} to ${call.to}, ${call.type}: ${label} p95, ${percentage(call.errors, call.count)} errors`),
      svg("path", { d: path, "stroke-width": (1 + 2 * Math.log2(1 + call.count) / Math.log2(1 + most)).toFixed(2),
        "marker-end": `url(#${isFailed ? "bad-arrow" : "arrow"})` }),
      svg("text", { x: at.x, y: at.y - 4, class: "end" }, label,
        isFailed ? svg("tspan", { class: "fault-text" }, ` · ${percentage(call.errors, call.count)}`) : ""));
  }
}

/** Gives nodes their `x`, `y` and `height`, and edges the heights `y1` and `y2` of their ends. Returns the height of all. */
function place(nodes, edges) {
  const sides = new Map(nodes.map(node => [node, { out: [], in: [] }]));
  for (const edge of edges.filter(({ isBack }) => !isBack)) {
    sides.get(edge.from).out.push(edge);
    sides.get(edge.to).in.push(edge);
  }
  const bottoms = [];
  for (const node of [...nodes].sort((a, b) => a.row - b.row)) {
    const ports = Math.max(sides.get(node).out.length, sides.get(node).in.length);
    node.height = Math.max(MIN_HEIGHT, (ports + 1) * PORT);
    node.x = MARGIN + node.column * (WIDTH + GAP);
    node.y = bottoms[node.column] ?? MARGIN;
    bottoms[node.column] = node.y + node.height + ROW_GAP;
  }
  for (const [node, side] of sides) {
    side.out.sort((a, b) => a.to.y - b.to.y).forEach((edge, i) => {
      edge.y1 = port(node, i, side.out.length);
    });
    side.in.sort((a, b) => a.from.y - b.from.y).forEach((edge, i) => {
      edge.y2 = port(node, i, side.in.length);
    });
  }
  return Math.max(...bottoms) - ROW_GAP + MARGIN + (edges.some(({ isBack }) => isBack) ? ROW_GAP : 0);
}

function port(node, i, count) {
  return node.y + node.height / 2 + (i - (count - 1) / 2) * PORT;
}

/** From the right side to the left side of a later column. Ends level, where the label is. */
function ahead({ from, to, y1, y2 }) {
  const [x1, x2] = [from.x + WIDTH, to.x - 8];
  return { path: `M${x1},${y1} C${x1 + 60},${y1} ${x2 - GAP + 30},${y2} ${x2 - GAP * 0.55},${y2} L${x2},${y2}`, at: { x: x2 - 4, y: y2 } };
}

/** From bottom to bottom, to an earlier column or the same. */
function back({ from, to }) {
  const [x1, y1] = [from.x + WIDTH / 2 + 16, from.y + from.height];
  const [x2, y2] = [to.x + WIDTH / 2 - 16, to.y + to.height + 8];
  const low = Math.max(y1, y2) + 30;
  return { path: `M${x1},${y1} C${x1},${low} ${x2},${low} ${x2},${y2}`, at: { x: (x1 + x2) / 2 + 55, y: low + 10 } };
}

function marker(id) {
  return svg("marker", { id, viewBox: "0 0 8 8", refX: 1, refY: 4, markerWidth: 8, markerHeight: 8, markerUnits: "userSpaceOnUse", orient: "auto" },
    svg("path", { d: "M0,0 L8,4 L0,8 z" }));
}
