"""Report type conformance, by which scripts/worker-conformance.sh checks a worker: docs/protocol.md describes it."""

import time

import worker
from report import InvalidInput

DESCRIPTION = {
    "title": "Conformance of a worker",
    "parameters": {
        "type": "object",
        "properties": {
            "journal": {"type": "string"},
            "millis": {"type": "integer", "minimum": 0, "default": 0},
            "error": {"enum": ["failed", "retry"]},
        },
        "required": ["journal"],
        "additionalProperties": False,
    },
}


def conformance(request):
    parameters = request.parameters
    with open(parameters["journal"], "a", encoding="utf-8", buffering=1) as journal:
        journal.write(f"start {request.key}\n")
        start, seconds = time.monotonic(), parameters.get("millis", 0) / 1000
        while (spent := time.monotonic() - start) < seconds:
            request.progress(spent / seconds)
            time.sleep(min(0.02, seconds - spent))
        journal.write(f"end {request.key}\n")
    if "error" in parameters:
        raise (InvalidInput if parameters["error"] == "failed" else RuntimeError)("as asked for")
    return request.input, "text/plain"


if __name__ == "__main__":
    worker.run({"conformance": (DESCRIPTION, conformance)})
