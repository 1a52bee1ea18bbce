"""Report type NAME: the number of lines in a text."""

import worker
from report import InvalidInput

DESCRIPTION = {
    "title": "Number of lines",
    "parameters": {
        "type": "object",
        "properties": {"blank": {"description": "Whether blank lines count.", "type": "boolean", "default": True}},
        "additionalProperties": False,
    },
}


def generate(request):
    blank = request.parameters.get("blank", True)
    if not request.input:
        raise InvalidInput("the input is empty")
    lines = request.input.decode().splitlines()
    request.progress(1)
    return f"{sum(1 for line in lines if blank or line.strip())}\n".encode(), "text/plain"


if __name__ == "__main__":
    worker.run({"NAME": (DESCRIPTION, generate)})
