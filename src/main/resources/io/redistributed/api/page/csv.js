// Parses CSV (RFC 4180) as the service writes it. Does not use the DOM.

/** Returns an array of records, each an array of fields. An unclosed quote is text. */
export function parseCsv(text) {
  const field = /(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|\r|$)/y;
  const records = [];
  let record = [];
  while (field.lastIndex < text.length) {
    const match = field.exec(text);
    if (!match) {
      break;
    }
    record.push(match[1] === undefined ? match[2] : match[1].replaceAll('""', '"'));
    if (match[3] !== ",") {
      records.push(record);
      record = [];
    }
  }
  // Text that ends with a comma has an empty last field.
  return record.length > 0 ? [...records, [...record, ""]] : records;
}
