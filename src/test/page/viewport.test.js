import assert from "node:assert/strict";
import { test } from "node:test";
import { between, fit, labelPlace, pan, percent, place, tickLabel, tickPlaces, zoom } from "../../main/resources/io/redistributed/api/page/viewport.js";

test("a range keeps inside the trace, and is the whole trace if it is as long", () => {
  assert.deepEqual(fit([100, 300], 1000), [100, 300]);
  assert.deepEqual(fit([-50, 150], 1000), [0, 200]);
  assert.deepEqual(fit([900, 1100], 1000), [800, 1000]);
  assert.equal(fit([-10, 990], 1000), null);
  assert.equal(fit([0, 5000], 1000), null);
});

test("a range is never narrower than 10 µs, so that zooming in ends", () => {
  assert.deepEqual(fit([500, 500], 1000), [500, 510]);
  assert.deepEqual(fit([995, 996], 1000), [990, 1000]);
  assert.equal(fit([3, 4], 7), null);
});

test("zooming keeps the middle, and in and out cancel", () => {
  assert.deepEqual(zoom([0, 100], 0.5), [25, 75]);
  assert.deepEqual(zoom([0, 100], 2), [-50, 150]);
  assert.deepEqual(zoom(zoom([40, 80], 0.5), 2), [40, 80]);
});

test("panning keeps the width", () => {
  assert.deepEqual(pan([100, 200], 0.25), [125, 225]);
  assert.deepEqual(pan([100, 200], -0.25), [75, 175]);
});

test("what was marked on the screen is a range of time", () => {
  const box = { left: 200, width: 400 };
  assert.deepEqual(between([1000, 2000], box, 200, 600), [1000, 2000]);
  assert.deepEqual(between([1000, 2000], box, 300, 400), [1250, 1500]);
});

test("a time has its place in the range", () => {
  assert.equal(place(1500, [1000, 2000]), 0.5);
  assert.equal(place(500, [1000, 2000]), -0.5);
  assert.equal(percent(1 / 3), "33.3333%");
});

test("no tick is where its label has no room", () => {
  assert.deepEqual(tickPlaces([0, 1000]), [0, 200, 400, 600, 800]);
  assert.deepEqual(tickPlaces([0, 1060]), [0, 500]);
});

test("a label is right of its bar, else left, else within", () => {
  assert.deepEqual(labelPlace(0.1, 0.5), { className: "length", style: { left: "50.0000%" } });
  assert.deepEqual(labelPlace(-2, -1), { className: "length", style: { left: "0.0000%" } });
  assert.deepEqual(labelPlace(0.5, 0.9), { className: "length", style: { right: "50.0000%" } });
  assert.deepEqual(labelPlace(3, 4), { className: "length", style: { right: "0.0000%" } });
  assert.deepEqual(labelPlace(0, 0.9), { className: "length within", style: { right: "10.0000%" } });
  assert.deepEqual(labelPlace(-1, 2), { className: "length within", style: { right: "0.0000%" } });
});

test("labels of ticks differ, however far the range is zoomed in", () => {
  const labels = range => tickPlaces(range).map(at => tickLabel(at, range));
  assert.deepEqual(labels([0, 100_000]), ["0", "20 ms", "40 ms", "60 ms", "80 ms"]);
  assert.deepEqual(labels([0, 1_500_000]), ["0", "500 ms", "1.0 s"]);
  assert.deepEqual(labels([30_000_000, 30_000_010]), ["30.000000 s", "30.000002 s", "30.000004 s", "30.000006 s", "30.000008 s"]);
  assert.deepEqual(labels([0, 300_000_000]), ["0", "1m", "2m", "3m", "4m"]);
  assert.deepEqual(labels([0, 100_000_000]), ["0", "30 s", "1m", "1m 30s"]);
  assert.deepEqual(labels([0, 108_000_000_000]), ["0", "6h", "12h", "18h", "1d"]);
  assert.deepEqual(labels([89_000_000_000, 92_000_000_000]), ["1d 50m", "1d 1h", "1d 1h 10m", "1d 1h 20m", "1d 1h 30m"]);
  assert.deepEqual(labels([100_000_000, 100_500_000]), ["100.0 s", "100.1 s", "100.2 s", "100.3 s", "100.4 s"]);
});
