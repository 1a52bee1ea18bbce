"""Trace context in front of Redis Pub/Sub messages."""

from ._codec import Format, Kind, Message, MessageContext, decode, encode, header
from ._policy import ChannelPolicy, Relation
from ._telemetry import Processing, Publishing, RedisPubSubTelemetry
from ._w3c import BaggageEntry

__all__ = [
    "BaggageEntry",
    "ChannelPolicy",
    "Format",
    "Kind",
    "Message",
    "MessageContext",
    "Processing",
    "Publishing",
    "RedisPubSubTelemetry",
    "Relation",
    "decode",
    "encode",
    "header",
]
