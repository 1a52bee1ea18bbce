// Places services in columns, callers left of what they call. Does not use the DOM.

/** Returns the key of a called service or database, which may have the same name. */
function keyOf({ to, type }) {
  return type === "database" ? `database\n${to}` : to;
}

/**
 * Returns `{ nodes, edges, columns, omitted }` for at most `max` nodes, those of the most calls. A node is
 * `{ key, name, isDatabase, column, row, calls, errors }` with the calls it receives; an edge `{ from, to, call, isBack }` with nodes.
 */
export function layOutGraph(calls, max) {
  const all = new Map();
  const weights = new Map();
  for (const call of calls) {
    const isDatabase = call.type === "database";
    for (const [key, name, isFile] of [[call.from, call.from, false], [keyOf(call), call.to, isDatabase]]) {
      if (!all.has(key)) {
        all.set(key, { key, name, isDatabase: isFile, column: 0, row: 0, calls: 0, errors: 0 });
      }
      weights.set(key, (weights.get(key) ?? 0) + call.count);
    }
    const callee = all.get(keyOf(call));
    callee.calls += call.count;
    callee.errors += call.errors;
  }
  const nodes = [...all.values()].sort((a, b) => weights.get(b.key) - weights.get(a.key) || compare(a.key, b.key)).slice(0, max);
  const kept = new Set(nodes);
  const edges = calls.map(call => ({ from: all.get(call.from), to: all.get(keyOf(call)), call }))
    .filter(({ from, to }) => kept.has(from) && kept.has(to));
  const columns = intoColumns(nodes, edges);
  for (const edge of edges) {
    edge.isBack = edge.to.column <= edge.from.column;
  }
  return { nodes, edges, columns: columns.length, omitted: all.size - nodes.length };
}

/** A node's column is the longest path to it without the edges that close a cycle. */
function intoColumns(nodes, edges) {
  const next = grouped(edges.filter(({ from, to }) => from !== to), ({ from }) => from);
  const called = new Set(edges.filter(({ from, to }) => from !== to).map(({ to }) => to));
  const order = [];
  const state = new Map();
  const forward = [];
  const visit = node => {
    state.set(node, "open");
    for (const edge of next.get(node) ?? []) {
      if (state.get(edge.to) !== "open") {
        forward.push(edge);
      }
      if (!state.has(edge.to)) {
        visit(edge.to);
      }
    }
    state.set(node, "done");
    order.push(node);
  };
  [...nodes].sort((a, b) => called.has(a) - called.has(b) || compare(a.key, b.key)).filter(node => !state.has(node))
    .forEach(node => state.has(node) || visit(node));
  const after = grouped(forward, ({ from }) => from);
  for (const node of order.reverse()) {
    for (const { to } of after.get(node) ?? []) {
      to.column = Math.max(to.column, node.column + 1);
    }
  }
  const columns = [];
  for (const node of nodes) {
    (columns[node.column] ??= []).push(node);
  }
  sortColumns(columns, forward);
  return columns;
}

/** Sorts each column by the mean row of the callers, so that few edges cross. */
function sortColumns(columns, edges) {
  const before = grouped(edges, ({ to }) => to);
  for (const column of columns) {
    const place = new Map(column.map(node => {
      const callers = before.get(node) ?? [];
      return [node, callers.length === 0 ? 0 : callers.reduce((sum, { from }) => sum + from.row, 0) / callers.length];
    }));
    column.sort((a, b) => place.get(a) - place.get(b) || compare(a.key, b.key));
    column.forEach((node, row) => {
      node.row = row;
    });
  }
}

function grouped(items, keyOf) {
  const groups = new Map();
  for (const item of items) {
    const key = keyOf(item);
    groups.set(key, [...groups.get(key) ?? [], item]);
  }
  return groups;
}

function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}
