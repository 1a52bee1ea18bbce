import json
from pathlib import Path
from uuid import UUID

import pytest

from redistributed import BaggageEntry, Kind, Message, MessageContext, decode, encode

VECTORS = json.loads((Path(__file__).parents[3] / "src/test/resources/wire-vectors.json").read_text("utf-8"))


def context_of(vector: dict) -> MessageContext:
    context = vector.get("context")
    if context is None:
        return MessageContext()
    return MessageContext(
        trace_id=int(context["traceId"], 16),
        span_id=int(context["spanId"], 16),
        sampled=context["sampled"],
        trace_state=tuple((key, value) for key, value in context.get("traceState", [])),
        baggage={e["key"]: BaggageEntry(e["value"], e.get("metadata", "")) for e in context.get("baggage", [])},
        published_at_micros=context.get("publishedAtMicros", 0),
        message_id=UUID(context["messageId"]) if "messageId" in context else None,
    )


@pytest.mark.parametrize("vector", VECTORS["write"], ids=lambda vector: vector["name"])
def test_writes_the_vector(vector):
    message = encode(vector["format"].lower(), context_of(vector), bytes.fromhex(vector["payload"]))

    assert message.hex() == vector["message"]


@pytest.mark.parametrize("vector", VECTORS["read"], ids=lambda vector: vector["name"])
def test_reads_the_vector(vector):
    expected = Message(Kind(vector["kind"]), context_of(vector), bytes.fromhex(vector["body"]))

    assert decode(bytes.fromhex(vector["message"])) == expected
