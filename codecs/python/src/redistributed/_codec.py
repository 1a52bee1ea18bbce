"""Both wire formats: docs/wire-format.md. Needs nothing but the standard library."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from uuid import UUID

from ._w3c import BaggageEntry, parse_baggage, parse_trace_state, write_baggage, write_trace_state

_MAGIC = b"\xf7RD\x01"
_BINARY_LENGTH = 29
_MAX_FIELDS_LENGTH = 16_384
_TRACE_ID, _SPAN_ID, _FLAGS, _PUBLISHED_AT, _TRACE_STATE, _BAGGAGE, _MESSAGE_ID = range(7)
_FIXED_LENGTHS = {_TRACE_ID: 16, _SPAN_ID: 8, _FLAGS: 1, _PUBLISHED_AT: 8, _MESSAGE_ID: 16}
_SAMPLED = 1


class Format(Enum):
    """The header that is written."""

    NONE = "none"
    BINARY = "binary"
    ENVELOPE = "envelope"


class Kind(Enum):
    """What a message turned out to be."""

    BINARY = "BINARY"
    ENVELOPE = "ENVELOPE"
    MALFORMED = "MALFORMED"
    UNTRACED = "UNTRACED"


@dataclass(frozen=True)
class MessageContext:
    """What travels in front of a message. The binary format carries ids and the sampled bit only.

    Ids are integers as in opentelemetry.trace.SpanContext; 0 is no id. published_at_micros is µs since the Unix
    epoch, 0 if unknown.
    """

    trace_id: int = 0
    span_id: int = 0
    sampled: bool = False
    trace_state: tuple[tuple[str, str], ...] = ()
    baggage: Mapping[str, BaggageEntry] = field(default_factory=dict)
    published_at_micros: int = 0
    message_id: UUID | None = None

    @property
    def is_valid(self) -> bool:
        """Whether both ids are there."""
        return self.trace_id != 0 and self.span_id != 0


@dataclass(frozen=True)
class Message:
    """A message as it was read; body is the whole message if no header is in front of it."""

    kind: Kind
    context: MessageContext
    body: bytes


_NO_CONTEXT = MessageContext()


class _Malformed(Exception):
    pass


def decode(message: bytes | bytearray | memoryview) -> Message:
    """Reads the header in front of a message, of either format. No bytes make it fail; other types raise TypeError."""
    if not isinstance(message, (bytes, bytearray, memoryview)):
        raise TypeError(f"message is {type(message).__name__}, must be bytes")
    message = bytes(message)
    if _is_binary(message):
        context = MessageContext(
            int.from_bytes(message[2:18], "big"), int.from_bytes(message[19:27], "big"), bool(message[28] & _SAMPLED)
        )
        return Message(Kind.BINARY, context, message[_BINARY_LENGTH:])
    if message.startswith(_MAGIC):
        try:
            return _read_envelope(message)
        except _Malformed:
            return Message(Kind.MALFORMED, _NO_CONTEXT, message)
    return Message(Kind.UNTRACED, _NO_CONTEXT, message)


def encode(format: Format | str, context: MessageContext, payload: bytes) -> bytes:
    """Returns the header and the payload behind it; the payload alone if the context is not valid."""
    return header(format, context) + payload


def header(format: Format | str, context: MessageContext) -> bytes:
    """Returns the bytes to put in front of the payload: none, 29, or at most 8,775.

    Leaves out members of baggage, and a tracestate, that readers would drop.
    """
    format = Format(format)
    if format is Format.NONE or not context.is_valid:
        return b""
    trace_id, span_id = context.trace_id.to_bytes(16, "big"), context.span_id.to_bytes(8, "big")
    flags = bytes([_SAMPLED if context.sampled else 0])
    if format is Format.BINARY:
        return b"\0\0" + trace_id + b"\1" + span_id + b"\2" + flags
    values = {_TRACE_ID: trace_id, _SPAN_ID: span_id, _FLAGS: flags}
    if context.published_at_micros > 0:
        values[_PUBLISHED_AT] = struct.pack(">q", context.published_at_micros)
    if trace_state := write_trace_state(context.trace_state):
        values[_TRACE_STATE] = trace_state
    if baggage := write_baggage(context.baggage):
        values[_BAGGAGE] = baggage
    if context.message_id is not None:
        values[_MESSAGE_ID] = context.message_id.bytes
    fields = b"".join(bytes([id]) + _varint(len(value)) + value for id, value in values.items())
    return _MAGIC + _varint(len(fields)) + fields


def _is_binary(message: bytes) -> bool:
    return (
        len(message) >= _BINARY_LENGTH
        and message.startswith(b"\0\0")
        and message[18] == 1
        and message[27] == 2
        and any(message[2:18])
        and any(message[19:27])
    )


def _read_envelope(message: bytes) -> Message:
    length, at = _read_varint(message, len(_MAGIC), len(message))
    end = at + length
    if length > _MAX_FIELDS_LENGTH or end > len(message):
        raise _Malformed
    values: dict[int, bytes] = {}
    while at < end:
        id = message[at]
        size, at = _read_varint(message, at + 1, end)
        if at + size > end:
            raise _Malformed
        if id <= _MESSAGE_ID:
            if id in values or _FIXED_LENGTHS.get(id, size) != size:
                raise _Malformed
            values[id] = message[at : at + size]
        at += size
    context = MessageContext(
        trace_id=int.from_bytes(values.get(_TRACE_ID, b""), "big"),
        span_id=int.from_bytes(values.get(_SPAN_ID, b""), "big"),
        sampled=bool(values.get(_FLAGS, b"\0")[0] & _SAMPLED),
        trace_state=parse_trace_state(values.get(_TRACE_STATE, b"")),
        baggage=parse_baggage(values.get(_BAGGAGE, b"")),
        published_at_micros=max(0, int.from_bytes(values.get(_PUBLISHED_AT, b""), "big", signed=True)),
        message_id=UUID(bytes=values[_MESSAGE_ID]) if _MESSAGE_ID in values else None,
    )
    if not context.is_valid:
        raise _Malformed
    return Message(Kind.ENVELOPE, context, message[end:])


def _read_varint(message: bytes, at: int, end: int) -> tuple[int, int]:
    """Returns the number, and the offset behind it."""
    value = 0
    for i in range(3):
        if at >= end:
            raise _Malformed
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << (7 * i)
        if byte < 0x80:
            return value, at
    raise _Malformed


def _varint(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
