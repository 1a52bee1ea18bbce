// A trace as rows: parents before children, with what lies between the end of one and the start of the next. Times are
// microseconds since the start of the trace.

/** `running` is the report while an attempt of it runs, whose span is not there before it has ended; else null. */
export function layOut(trace, running, now) {
  const spans = trace.spans.map(span => {
    const begin = micros(span.startTime);
    return { span, begin, end: begin + span.durationMicros };
  });
  if (running) {
    spans.push(...underWay(spans, running, now));
  }
  const start = Math.min(...spans.map(row => row.begin));
  for (const row of spans) {
    row.begin -= start;
    row.end -= start;
  }
  const byId = new Map(spans.map(row => [row.span.spanId, row]));
  const rows = inOrder(spans, byId);
  rows.forEach(row => {
    row.gap = gapBefore(row, byId);
  });
  return {
    rows,
    byId,
    start,
    length: Math.max(1, ...spans.map(row => row.end)),
    services: [...new Set(rows.map(row => row.span.service))],
  };
}

/** Microseconds since the Unix epoch, of an ISO 8601 time in UTC. */
export function micros(time) {
  const [, seconds, fraction = ""] = /^(.*?)(?:\.(\d+))?Z$/.exec(time);
  return Date.parse(`${seconds}Z`) * 1000 + Number(fraction.padEnd(6, "0").slice(0, 6));
}

/** Parents come in later than their children, so what has no parent here yet stands by itself. */
function inOrder(spans, byId) {
  const children = new Map();
  const roots = [];
  for (const row of spans) {
    const parent = byId.get(row.span.parentSpanId);
    if (parent && parent !== row) {
      children.set(parent, [...(children.get(parent) ?? []), row]);
    } else {
      roots.push(row);
    }
  }
  const rows = [];
  const next = roots.reverse().map(row => ({ row, depth: 0 }));
  while (next.length > 0) {
    const { row, depth } = next.pop();
    row.depth = depth;
    rows.push(row);
    const below = (children.get(row) ?? []).sort((a, b) => b.begin - a.begin);
    next.push(...below.map(child => ({ row: child, depth: depth + 1 })));
  }
  // What is in a circle is nobody's descendant.
  return rows;
}

/** Between a producer and its consumer a message is on its way or waits; before another attempt there is a pause. */
function gapBefore(row, byId) {
  if (row.span.kind !== "CONSUMER") {
    return null;
  }
  const linked = row.span.links.map(link => byId.get(link.spanId)).find(found => found && found.end <= row.begin);
  const before = linked ?? byId.get(row.span.parentSpanId);
  if (!before || (!linked && before.span.kind !== "PRODUCER") || before.end >= row.begin) {
    return null;
  }
  // The span of an attempt whose worker was lost never comes.
  const attempt = row.span.attributes["redistributed.attempt"] ?? 1;
  return { from: before.end, to: row.begin, what: attempt > 1 ? `until attempt ${attempt}` : "queued" };
}

function underWay(spans, report, now) {
  const isThere = spans.some(({ span }) => span.attributes["redistributed.report.id"] === report.id
    && span.kind === "CONSUMER" && span.attributes["redistributed.attempt"] === report.attempt);
  if (isThere || !report.started) {
    return [];
  }
  const producer = spans.find(({ span }) => span.kind === "PRODUCER"
    && span.attributes["redistributed.report.id"] === report.id);
  const begin = Math.max(Date.parse(report.started) * 1000, producer?.begin ?? 0);
  return [{
    begin,
    end: Math.max(begin, now * 1000),
    span: {
      spanId: `running ${report.id}`, parentSpanId: producer?.span.spanId ?? null, name: `attempt ${report.attempt}`,
      kind: "CONSUMER", service: "report-generator", status: "UNSET", underWay: true,
      attributes: { "redistributed.report.id": report.id, "redistributed.attempt": report.attempt }, events: [], links: [],
    },
  }];
}

/** Places of the axis' ticks: some five of them, of a length that people count in. */
export function ticks(from, to) {
  const rough = (to - from) / 5;
  const power = 10 ** Math.floor(Math.log10(Math.max(rough, 1)));
  const step = [1, 2, 5, 10].map(factor => factor * power).find(length => length >= rough) ?? power * 10;
  const places = [];
  for (let place = Math.ceil(from / step) * step; place <= to; place += step) {
    places.push(place);
  }
  return places;
}
