import assert from "node:assert/strict";
import { test } from "node:test";
import { layOutGraph } from "../../main/resources/io/redistributed/api/page/graph-layout.js";

function call(from, to, type = "call", count = 1, errors = 0) {
  return { from, to, type, count, errors };
}

function columns({ nodes }) {
  return Object.fromEntries(nodes.map(({ key, column }) => [key, column]));
}

test("callers are left of what they call, by the longest path", () => {
  const graph = layOutGraph([call("a", "c"), call("a", "b"), call("b", "c"), call("c", "redis", "database")], 40);

  assert.deepEqual(columns(graph), { a: 0, b: 1, c: 2, "database\nredis": 3 });
  assert.equal(graph.columns, 4);
  assert.equal(graph.edges.some(({ isBack }) => isBack), false);
});

test("edges that close a cycle go back", () => {
  const graph = layOutGraph([call("a", "b"), call("b", "c"), call("c", "a"), call("b", "b")], 40);

  assert.deepEqual(columns(graph), { a: 0, b: 1, c: 2 });
  assert.deepEqual(graph.edges.filter(({ isBack }) => isBack).map(({ from, to }) => from.key + to.key), ["ca", "bb"]);
});

test("a database and a service of one name are two nodes, which sum their calls", () => {
  const { nodes } = layOutGraph([call("a", "redis", "database", 5, 2), call("b", "redis", "database", 1, 1), call("a", "redis", "call", 3)], 40);

  assert.deepEqual(nodes.filter(({ name }) => name === "redis").map(({ key, calls, errors }) => [key, calls, errors]),
    [["database\nredis", 6, 3], ["redis", 3, 0]]);
});

test("the nodes with the most calls are kept", () => {
  const graph = layOutGraph([call("a", "b", "call", 9), call("b", "c", "call", 1), call("c", "d", "call", 1)], 2);

  assert.deepEqual(columns(graph), { b: 1, a: 0 });
  assert.deepEqual([graph.edges.length, graph.omitted], [1, 2]);
});

test("nodes of a column have different rows, next to their callers", () => {
  const { nodes } = layOutGraph([call("a", "z"), call("b", "y"), call("a", "x"), call("b", "w")], 40);

  assert.deepEqual(Object.fromEntries(nodes.map(({ key, row }) => [key, row])), { a: 0, b: 1, x: 0, z: 1, w: 2, y: 3 });
});

test("there may be no calls", () => {
  assert.deepEqual(layOutGraph([], 40), { nodes: [], edges: [], columns: 0, omitted: 0 });
});
