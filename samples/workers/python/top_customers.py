"""Report type top-customers: the sum of a CSV's column for each value of another one, the largest first."""

import csv
import io
from collections import defaultdict
from decimal import Decimal

import worker
from report import InvalidInput

COLUMN = {"type": "string", "minLength": 1}
DESCRIPTION = {
    "title": "Top customers",
    "parameters": {
        "type": "object", "required": ["groupBy", "value"], "additionalProperties": False,
        "properties": {"groupBy": COLUMN, "value": COLUMN, "top": {"type": "integer", "minimum": 1, "default": 10}},
    },
}


def top_customers(request):
    key, value = request.parameters["groupBy"], request.parameters["value"]
    sums = defaultdict(Decimal)
    try:
        for number, row in enumerate(csv.DictReader(io.StringIO(request.input.decode("utf-8-sig")))):
            amount = Decimal(row[value])
            if row[key] is None or not amount.is_finite():
                raise ArithmeticError
            sums[row[key]] += amount
            request.progress(0)
    except (UnicodeDecodeError, csv.Error) as e:
        raise InvalidInput(f"the input is not a CSV file in UTF-8: {e}") from e
    except (KeyError, TypeError, ArithmeticError) as e:
        raise InvalidInput(f"row {number + 1} has no number in {value!r}, or there is no column {key!r}") from e
    largest = sorted(sums.items(), key=lambda entry: -entry[1])[: request.parameters.get("top", 10)]
    return "".join(["customer,sum\n", *(f"{name},{total}\n" for name, total in largest)]).encode(), "text/csv"


if __name__ == "__main__":
    worker.run({"top-customers": (DESCRIPTION, top_customers)})
