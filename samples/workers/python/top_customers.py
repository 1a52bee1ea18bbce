"""Report type top-customers: the sum of a CSV's column for each value of another one, the largest first."""

import csv
import io
from collections import defaultdict
from decimal import Decimal, InvalidOperation

import worker
from report import InvalidInput

COLUMN = {"type": "string", "minLength": 1}
DESCRIPTION = {
    "title": "Top customers",
    "parameters": {
        "type": "object",
        "properties": {"groupBy": COLUMN, "value": COLUMN, "top": {"type": "integer", "minimum": 1, "default": 10}},
        "required": ["groupBy", "value"],
        "additionalProperties": False,
    },
}


def top_customers(request):
    key, value = request.parameters["groupBy"], request.parameters["value"]
    sums = defaultdict(Decimal)
    for number, row in enumerate(csv.DictReader(io.StringIO(request.input.decode("utf-8-sig")))):
        try:
            sums[row[key]] += Decimal(row[value] or 0)
        except (KeyError, TypeError, InvalidOperation) as e:
            raise InvalidInput(f"row {number + 1}: needs the column {key!r} and a number in {value!r}") from e
        if number % 1000 == 0:
            request.progress(0)
    largest = sorted(sums.items(), key=lambda entry: -entry[1])[: request.parameters.get("top", 10)]
    return "".join(["customer,sum\n", *(f"{name},{total}\n" for name, total in largest)]).encode(), "text/csv"


if __name__ == "__main__":
    worker.run({"top-customers": (DESCRIPTION, top_customers)})
