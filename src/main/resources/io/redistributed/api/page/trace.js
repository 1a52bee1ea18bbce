// Lays out a trace as rows: parents before children, with the gap between the end of one span and the start of the
// next. Times are in microseconds since the start of the trace.

const [SECOND, MINUTE, HOUR, DAY] = [1, 60, 3600, 86_400].map(seconds => seconds * 1_000_000);
const CLOCK_STEPS = [...[10, 15, 30].map(count => count * SECOND), ...[1, 2, 5, 10, 15, 30].map(count => count * MINUTE),
  ...[1, 2, 3, 6, 12].map(count => count * HOUR)];

/** `running` is the report during an attempt, whose span does not exist before it ends; null otherwise. */
export function layOut(trace, running, now) {
  const spans = trace.spans.map(span => {
    const begin = micros(span.startTime);
    return { span, begin, end: begin + Number(span.durationMicros) };
  });
  if (running) {
    spans.push(...runningSpan(spans, running, now));
  }
  const start = spans.reduce((first, row) => Math.min(first, row.begin), Infinity);
  for (const row of spans) {
    row.begin -= start;
    row.end -= start;
  }
  const byId = new Map(spans.map(row => [row.span.spanId, row]));
  const roots = nest(spans, byId);
  const rows = inOrder(roots);
  rows.forEach(row => {
    row.gap = gapBefore(row, byId);
  });
  return {
    traceId: trace.traceId,
    rows,
    roots,
    byId,
    start,
    length: spans.reduce((last, row) => Math.max(last, row.end), 0),
    services: [...new Set(rows.map(row => row.span.service))],
  };
}

/** Returns microseconds since the Unix epoch for an ISO 8601 time in UTC. */
export function micros(time) {
  const [, seconds, fraction = ""] = /^(.*?)(?:\.(\d+))?Z$/.exec(time);
  return Date.parse(`${seconds}Z`) * 1000 + Number(fraction.padEnd(6, "0").slice(0, 6));
}

/**
 * Gives each row its `children` by start, and its `parent` or null. Returns the roots: spans without a known parent, as
 * parents arrive after their children.
 */
function nest(spans, byId) {
  const roots = [];
  for (const row of spans) {
    row.children = [];
  }
  for (const row of spans) {
    row.parent = byId.get(row.span.parentSpanId) ?? null;
    (row.parent?.children ?? roots).push(row);
  }
  openCycles(spans, roots);
  const byStart = (a, b) => a.begin - b.begin;
  spans.forEach(row => row.children.sort(byStart));
  return roots.sort(byStart);
}

/** Makes the first span of each cycle of parents a root. */
function openCycles(spans, roots) {
  const known = new Set(inOrder(roots));
  for (const row of spans) {
    if (known.has(row)) {
      continue;
    }
    // The rows above one without a root end in a cycle.
    const passed = new Set();
    let at = row;
    for (; !passed.has(at); at = at.parent) {
      passed.add(at);
    }
    const cycle = [at];
    for (let next = at.parent; next !== at; next = next.parent) {
      cycle.push(next);
    }
    const first = cycle.reduce((one, other) => (other.begin < one.begin ? other : one));
    first.parent.children.splice(first.parent.children.indexOf(first), 1);
    first.parent = null;
    roots.push(first);
    inOrder([first]).forEach(found => known.add(found));
  }
}

/** Returns the rows in the order of their display, with their depth. */
function inOrder(roots) {
  const rows = [];
  const next = [...roots].reverse().map(row => ({ row, depth: 0 }));
  while (next.length > 0) {
    const { row, depth } = next.pop();
    row.depth = depth;
    rows.push(row);
    for (let i = row.children.length - 1; i >= 0; i--) {
      next.push({ row: row.children[i], depth: depth + 1 });
    }
  }
  return rows;
}

/** Returns the gap before a consumer span: time in the queue, or the pause before another attempt. */
function gapBefore(row, byId) {
  if (row.span.kind !== "CONSUMER") {
    return null;
  }
  const linked = row.span.links.map(link => byId.get(link.spanId)).find(found => found && found.end <= row.begin);
  const before = linked ?? byId.get(row.span.parentSpanId);
  if (!before || (!linked && before.span.kind !== "PRODUCER") || before.end >= row.begin) {
    return null;
  }
  // An attempt of a lost worker has no span, so the gap may include attempts.
  const attempt = row.span.attributes["redistributed.attempt"] ?? 1;
  return { from: before.end, to: row.begin, what: attempt > 1 ? `until attempt ${attempt}` : "queued" };
}

function runningSpan(spans, report, now) {
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
      kind: "CONSUMER", service: "report-generator", status: "UNSET", isRunning: true,
      attributes: { "redistributed.report.id": report.id, "redistributed.attempt": report.attempt }, events: [], links: [],
    },
  }];
}

/** Returns the round interval of about five ticks. */
export function tickStep(from, to) {
  const rough = (to - from) / 5;
  return rough <= CLOCK_STEPS[0] ? decimal(rough) : CLOCK_STEPS.find(step => step >= rough) ?? DAY * decimal(rough / DAY);
}

function decimal(rough) {
  const power = 10 ** Math.floor(Math.log10(Math.max(rough, 1)));
  return [1, 2, 5, 10].map(factor => factor * power).find(length => length >= rough) ?? power * 10;
}

/** Returns about five tick positions at round intervals. */
export function ticks(from, to) {
  const step = tickStep(from, to);
  const places = [];
  for (let place = Math.ceil(from / step) * step; place <= to; place += step) {
    places.push(place);
  }
  return places;
}
