// Formats numbers and other values for people.

const UNITS = [["d", 86_400], ["h", 3600], ["m", 60], ["s", 1]];

export function duration(micros) {
  if (micros < 0) {
    return `−${duration(-micros)}`;
  }
  if (micros === 0) {
    return "0 ms";
  }
  // The limits are those of the rounded values: 999.6 µs are 1.00 ms.
  if (micros < 999.5) {
    return `${Math.round(micros)} µs`;
  }
  if (micros < 999_500) {
    return `${threeDigits(micros / 1000)} ms`;
  }
  if (micros < 59_950_000) {
    return `${threeDigits(micros / 1_000_000)} s`;
  }
  const seconds = micros / 1_000_000;
  const precision = seconds < 3600 ? 1 : seconds < 86_400 ? 60 : 3600;
  return span(Math.round(seconds / precision) * precision * 1000);
}

function threeDigits(number) {
  return number.toFixed(number < 9.995 ? 2 : number < 99.95 ? 1 : 0);
}

/** Formats a duration in whole seconds, or in two units: minutes and seconds, hours and minutes, or days and hours. */
export function span(millis) {
  const seconds = Math.max(0, Math.floor(millis / 1000));
  if (seconds < 60) {
    return `${seconds} s`;
  }
  const [[unit, size], [nextUnit, nextSize]] = UNITS.slice(UNITS.findIndex(([, length]) => seconds >= length));
  return `${Math.floor(seconds / size)}${unit} ${String(Math.floor(seconds % size / nextSize)).padStart(2, "0")}${nextUnit}`;
}

/** Formats a duration in all units that it has, such as 1d 30m; without fractions of a second. */
export function exactSpan(seconds) {
  return UNITS.map(([unit, size], i) => [i === 0 ? Math.floor(seconds / size) : Math.floor(seconds % UNITS[i - 1][1] / size), unit])
    .filter(([count]) => count > 0).map(([count, unit]) => `${count}${unit}`).join(" ");
}

export function bytes(count) {
  if (count < 1000) {
    return `${count} B`;
  }
  return count < 999_950 ? `${(count / 1e3).toFixed(1)} kB` : `${(count / 1e6).toFixed(1)} MB`;
}

export function count(number) {
  return number.toLocaleString("en");
}

/** Formats a frequency per second, or per minute or hour if it is rare. */
export function rate(perSecond) {
  const [number, unit] = perSecond >= 1 ? [perSecond, "s"] : perSecond >= 1 / 60 ? [perSecond * 60, "min"] : [perSecond * 3600, "h"];
  return `${count(Number(number.toPrecision(number < 10 ? 2 : 3)))}/${unit}`;
}

/** Formats a part of a whole as a percentage; anything above 0 is not shown as 0. */
export function percentage(part, whole) {
  const percent = whole === 0 ? 0 : 100 * part / whole;
  return percent > 0 && percent < 0.1 ? "<0.1%" : `${Number(percent.toFixed(percent < 10 ? 1 : 0))}%`;
}

/** Formats the value of an attribute: objects and arrays as JSON. */
export function valueText(value) {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

const HOURS = { hourCycle: "h23" };

/** Formats a time in the visitor's time zone, with the date unless it is today. */
export function clock(time) {
  const at = new Date(time);
  return at.toDateString() === new Date().toDateString() ? at.toLocaleTimeString([], HOURS) : dateAndTime(time);
}

export function dateAndTime(time) {
  return new Date(time).toLocaleString([], HOURS);
}

/**
 * Shortens a report id: the partition before the hyphen is omitted, and a few of the random digits after it suffice.
 */
export function shortId(id) {
  const random = id.slice(id.indexOf("-") + 1);
  return random.length > 8 ? `${random.slice(0, 6)}…` : random;
}

/** Returns the last part of a worker id; host and process are shown elsewhere. */
export function shortWorker(id) {
  return id.slice(id.lastIndexOf("-") + 1);
}

/** Returns the smallest of 1, 2, 5, 10, 20, 50, … that is at least the value. */
export function axisEnd(value) {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  return [1, 2, 5, 10].map(factor => factor * power).find(end => end >= value);
}
