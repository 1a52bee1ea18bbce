"""Report type word-count: how often each word of a text occurs."""

import json
import re
from collections import Counter

import worker

DESCRIPTION = {
    "title": "Words of a text by how often they occur",
    "parameters": {
        "type": "object",
        "properties": {"top": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 10}},
        "additionalProperties": False,
    },
}


def word_count(request):
    counts = Counter()
    lines = request.input.decode(errors="replace").splitlines()
    for number, line in enumerate(lines):
        counts.update(re.findall(r"\w+", line.lower()))
        request.progress(number / len(lines))
    words = [{"word": word, "count": count} for word, count in counts.most_common(request.parameters.get("top", 10))]
    return json.dumps(words, ensure_ascii=False).encode(), "application/json"


if __name__ == "__main__":
    worker.run({"word-count": (DESCRIPTION, word_count)})
