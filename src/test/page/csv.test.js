import assert from "node:assert/strict";
import { test } from "node:test";
import { parseCsv } from "../../main/resources/io/redistributed/api/page/csv.js";

test("fields may be quoted, with quotes, commas and line ends in them", () => {
  assert.deepEqual(parseCsv('name,"a ""b"""\r\n"x, y","two\nlines"\n'), [["name", 'a "b"'], ["x, y", "two\nlines"]]);
});

test("empty fields count, at the end of a line and of the text", () => {
  assert.deepEqual(parseCsv("a,,c\n,\n"), [["a", "", "c"], ["", ""]]);
  assert.deepEqual(parseCsv("a,"), [["a", ""]]);
});

test("line ends are LF, CRLF or CR, and the last may be missing", () => {
  assert.deepEqual(parseCsv("a\r\nb\rc\nd"), [["a"], ["b"], ["c"], ["d"]]);
});

test("nothing has no records", () => {
  assert.deepEqual(parseCsv(""), []);
});

test("a quote that does not close, or not at the end of its field, is text", () => {
  assert.deepEqual(parseCsv('a\n"b\n"c"d,e'), [["a"], ['"b'], ['"c"d', "e"]]);
});
