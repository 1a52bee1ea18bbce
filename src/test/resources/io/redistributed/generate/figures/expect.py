"""Figures of the files beside this script, calculated without the service: csv, decimal and fractions alone.

How each file is written is stated here, not detected. Run it in its folder after a change; it writes expected.json.
"""

import csv, datetime, io, json, math, re
from collections import Counter
from decimal import Decimal, getcontext
from fractions import Fraction

getcontext().prec = 700

MARKS = {"", "NA", "N/A", "n/a", "NaN", "null", "-"}
WORDS = {"unknown", ":"}

# file: encoding, separator, line of the names (from 1, None without), kinds of the columns
FILES = {
    "bank-statement.csv": ("utf-8-sig", ";", 4, ["date %d.%m.%Y", "text", "text", "number ,", "text"]),
    "us-orders.csv": ("utf-8", ",", 1, ["date %m/%d/%Y", "text", "text", "number .", "number .", "integer .", "boolean"]),
    "sensor-log.csv": ("utf-8", ",", 1, ["datetime %Y-%m-%dT%H:%M:%SZ", "text", "number .", "integer .", "number ."]),
    "posts.csv": ("utf-8", ",", 1, ["integer .", "integer .", "text", "integer .", "text"]),
    "excel-export.csv": ("utf-16", ";", 2, ["text", "number ,", "integer ,", "text"]),
    "patients.tsv": ("utf-8", "\t", 1, ["text", "integer .", "number .", "boolean", "date %Y-%m-%d", "text"]),
    "unemployment.tsv": ("utf-8", "\t", 1, ["text", "number .", "number .", "number .", "number ."]),
    "requests.log": ("utf-8", "|", 3, ["text", "number .", "integer .", "boolean"]),
    "ledger.csv": ("utf-8", ",", 1, ["integer .", "number .", "number .", "number ."]),
    "communes.csv": ("utf-8", ";", 1, ["text", "integer ,", "number ,", "number ,"]),
    "readings-without-names.csv": ("utf-8", ",", None, ["datetime %Y-%m-%d %H:%M", "text", "number .", "integer ."]),
    "inventory.csv": ("utf-8", ",", 1, ["text", "text", "integer .", "text", "integer .", "text"]),
    "scales.csv": ("utf-8", ";", 1, ["text", "number .", "number .", "integer ."]),
}


def number(text, mark):
    negative = text.startswith("(") or text.endswith("-") or text.startswith("-")
    digits = re.sub(r"[^0-9.,eE+-]", "", text).strip("-")
    digits = digits.replace("." if mark == "," else ",", "").replace(",", ".")
    return -Fraction(Decimal(digits)) if negative else Fraction(Decimal(digits))


def decimal(fraction):
    return Decimal(fraction.numerator) / Decimal(fraction.denominator)


def text(fraction):
    return format(decimal(fraction), ".25e") if fraction.denominator > 1 else str(fraction.numerator)


def quantile(ordered, share):
    position = (len(ordered) - 1) * share
    below = math.floor(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (position - below) * (ordered[above] - ordered[below])


def figures(values, kind, mark):
    ordered = sorted(number(value, mark) for value in values)
    n = len(ordered)
    low, high = ordered[0], ordered[-1]
    mean = sum(ordered) / n
    variance = sum((value - mean) ** 2 for value in ordered) / (n - 1)
    bins = min(10, high - low + 1) if kind == "integer" else 10
    counts = [0] * int(bins)
    for value in ordered:
        counts[min(int(bins) - 1, math.floor((value - low) * int(bins) / (high - low)))] += 1
    return {
        "min": text(low),
        "max": text(high),
        "mean": text(mean),
        "standardDeviation": str(decimal(variance).sqrt().normalize().__format__(".25e")),
        "quantiles": {share: text(quantile(ordered, Fraction(share))) for share in ("0.05", "0.25", "0.5", "0.75", "0.95")},
        "histogram": counts,
    }


def column(values, kind):
    kind, _, detail = kind.partition(" ")
    missing = MARKS if kind == "text" else MARKS | WORDS
    present = [value for value in values if value not in missing]
    result = {
        "type": kind,
        "count": len(present),
        "missing": len(values) - len(present),
        "distinct": len(set(present)),
        "top": [[value, count] for value, count in sorted(Counter(present).items(), key=lambda entry: (-entry[1], entry[0]))[:10]],
    }
    if kind in ("integer", "number"):
        result.update(figures(present, kind, detail))
    elif present:
        key = {
            "text": lambda value: value.encode("utf-16-be"),
            "boolean": lambda value: value.lower() in ("yes", "true"),
        }.get(kind, lambda value: datetime.datetime.strptime(value, detail))
        # Of equals, either may be named.
        result["min"] = sorted(value for value in set(present) if key(value) == min(map(key, present)))
        result["max"] = sorted(value for value in set(present) if key(value) == max(map(key, present)))
    return result


def summary(name, encoding, separator, header, kinds):
    with open(name, encoding=encoding, newline="") as file:
        content = file.read()
    lines = content.splitlines(keepends=True)
    table = "".join(lines[(header or 1) - 1 :])
    records = [record for record in csv.reader(io.StringIO(table), delimiter=separator) if record]
    names = records.pop(0) if header else [f"column_{i + 1}" for i in range(len(kinds))]
    cells = [[field.strip() for field in record] + [""] * (len(kinds) - len(record)) for record in records]
    columns = [column([row[i] for row in cells], kind) for i, kind in enumerate(kinds)]
    return {
        "rows": len(records),
        "separator": separator,
        "headerLine": header,
        "names": names,
        "columns": columns,
    }


if __name__ == "__main__":
    with open("expected.json", "w", encoding="utf-8") as out:
        json.dump({name: summary(name, *how) for name, how in FILES.items()}, out, indent=1, ensure_ascii=False)
        out.write("\n")
