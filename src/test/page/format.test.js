import assert from "node:assert/strict";
import { test } from "node:test";
import { axisEnd, bytes, clock, count, duration, percentage, rate, shortId, shortWorker, span, valueText } from "../../main/resources/io/redistributed/api/page/format.js";

function table(format, rows) {
  for (const [value, text] of rows) {
    assert.equal(format(value), text, `of ${value}`);
  }
}

test("durations of microseconds have three digits or so", () => table(duration, [
  [0, "0 ms"], [1, "1 µs"], [999, "999 µs"], [1000, "1.00 ms"], [9_994, "9.99 ms"], [12_345, "12.3 ms"], [123_456, "123 ms"],
  [1_000_000, "1.00 s"], [12_345_678, "12.3 s"], [60_000_000, "1m 00s"], [3_600_000_000, "1h 00m"], [172_740_000_000, "2d 00h"],
  [169_200_000_000, "1d 23h"], [-1_500_000, "−1.50 s"],
]));

test("durations have the unit of the rounded value", () => table(duration, [
  [0.4, "0 µs"], [999.6, "1.00 ms"], [9_996, "10.0 ms"], [99_960, "100 ms"], [999_600, "1.00 s"], [59_970_000, "1m 00s"], [3_599_600_000, "1h 00m"],
  [86_399_000_000, "1d 00h"], [431_999_999_999, "5d 00h"],
]));

test("spans of milliseconds are whole seconds, minutes, hours or days, and never negative", () => table(span, [
  [-5, "0 s"], [999, "0 s"], [59_999, "59 s"], [60_000, "1m 00s"], [3_599_999, "59m 59s"], [3_600_000, "1h 00m"],
  [86_399_000, "23h 59m"], [86_400_000, "1d 00h"], [200_000_000, "2d 07h"],
]));

test("bytes are in powers of a thousand", () => table(bytes, [
  [0, "0 B"], [999, "999 B"], [1000, "1.0 kB"], [999_949, "999.9 kB"], [999_951, "1.0 MB"], [1_000_000, "1.0 MB"],
]));

test("counts have separators", () => table(count, [[0, "0"], [1_234_567, "1,234,567"]]));

test("rates are per second, minute or hour", () => table(rate, [
  [1234.5, "1,230/s"], [12.34, "12.3/s"], [1, "1/s"], [0.5, "30/min"], [1 / 60, "1/min"], [1 / 900, "4/h"],
]));

test("percentages above 0 are not shown as 0", () => {
  assert.deepEqual([[0, 5], [1, 5000], [1, 1000], [1, 3], [0, 0], [5, 5]].map(([part, whole]) => percentage(part, whole)),
    ["0%", "<0.1%", "0.1%", "33%", "0%", "100%"]);
});

test("an axis ends at 1, 2, 5 or 10 of a power of ten", () => table(axisEnd, [
  [0, 1], [0.3, 1], [1, 1], [1.1, 2], [4, 5], [6, 10], [10, 10], [101, 200], [999, 1000],
]));

test("ids are short", () => {
  table(shortId, [["0-41fea3345464478baabc2240cfcf4cb7", "41fea3…"], ["12-12345678", "12345678"], ["plain", "plain"]]);
  table(shortWorker, [["vm-32138-c4f157fd", "c4f157fd"], ["plain", "plain"]]);
});

test("times have the hour 00 at midnight, and the date unless they are of today", () => {
  const midnight = new Date().setHours(0, 5, 7, 0);
  assert.match(clock(midnight), /^00.05.07$/);
  assert.match(clock(new Date(2020, 2, 1, 0, 5, 7)), /2020.+\b00.05.07$/);
});

test("values are their text, or JSON if they have parts", () => table(valueText, [
  ["a", "a"], [1.5, "1.5"], [false, "false"], [null, "null"], [["a", 2, null], '["a",2,null]'], [{ a: { b: [1] } }, '{"a":{"b":[1]}}'],
]));
