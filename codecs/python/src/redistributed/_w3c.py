"""The texts of the W3C headers tracestate and baggage, by the rules of docs/wire-format.md."""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple
from urllib.parse import quote

MAX_TRACE_STATE = 512
MAX_BAGGAGE = 8192

_MAX_TRACE_STATE_MEMBERS = 32
_MAX_BAGGAGE_MEMBERS = 64
_BLANKS = " \t"

_KEY = re.compile(r"(?=.{1,256}\Z)(?:[a-z][a-z0-9_*/-]*|[a-z0-9][a-z0-9_*/-]{0,240}@[a-z][a-z0-9_*/-]{0,13})\Z")
_STATE_VALUE = re.compile(r"[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]\Z")
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+\Z")
_BAGGAGE_VALUE = re.compile(r'(?:%[0-9A-Fa-f]{2}|[!#-$&-+\--:<-\[\]-~])*\Z')
_ESCAPE = re.compile(rb"%([0-9A-Fa-f]{2})")
_PRINTABLE = re.compile(r"[\x20-\x7e\t]*\Z")


class BaggageEntry(NamedTuple):
    """A value of a baggage, and its properties as text; empty if there are none."""

    value: str
    metadata: str = ""


def write_trace_state(members: Iterable[tuple[str, str]]) -> bytes:
    """Returns nothing if readers would drop the text: it is too long, or a member is not valid."""
    members = tuple((key, value) for key, value in members)
    text = ",".join(f"{key}={value}" for key, value in members).encode("ascii", "replace")
    return text if parse_trace_state(text) == members else b""


def parse_trace_state(text: bytes) -> tuple[tuple[str, str], ...]:
    """Returns no member at all if one of them is not valid."""
    if len(text) > MAX_TRACE_STATE:
        return ()
    members: dict[str, str] = {}
    for part in text.decode("latin-1").split(","):
        member = part.strip(_BLANKS)
        if not member:
            continue
        key, _, value = member.partition("=")
        if key in members or not _KEY.match(key) or not _STATE_VALUE.match(value):
            return ()
        members[key] = value
    return tuple(members.items()) if len(members) <= _MAX_TRACE_STATE_MEMBERS else ()


def write_baggage(baggage: Mapping[str, BaggageEntry]) -> bytes:
    """Leaves out members that are not valid or do not fit."""
    members: list[str] = []
    length = 0
    for key in sorted(baggage):
        member = _member(key, baggage[key])
        if member and length + len(member) <= MAX_BAGGAGE:
            members.append(member)
            length += len(member) + 1
            if len(members) == _MAX_BAGGAGE_MEMBERS:
                break
    return ",".join(members).encode("ascii")


def _member(key: str, entry: BaggageEntry) -> str:
    try:
        value = quote(entry.value, safe="")
    except UnicodeEncodeError:  # an unpaired surrogate
        return ""
    if not _TOKEN.match(key):
        return ""
    metadata = entry.metadata.strip(_BLANKS)
    # A comma would begin another member.
    has_metadata = metadata and "," not in metadata and _PRINTABLE.match(metadata)
    return f"{key}={value};{metadata}" if has_metadata else f"{key}={value}"


def parse_baggage(text: bytes) -> dict[str, BaggageEntry]:
    """Leaves out members that are not valid."""
    baggage: dict[str, BaggageEntry] = {}
    if len(text) > MAX_BAGGAGE:
        return baggage
    parts = (part.strip(_BLANKS) for part in text.decode("latin-1").split(","))
    for member in [part for part in parts if part][:_MAX_BAGGAGE_MEMBERS]:
        pair, _, properties = member.partition(";")
        name, equals, escaped = pair.partition("=")
        key, metadata = name.strip(_BLANKS), properties.strip(_BLANKS)
        value = _decode(escaped.strip(_BLANKS))
        if equals and value is not None and _TOKEN.match(key) and _PRINTABLE.match(metadata):
            baggage[key] = BaggageEntry(value, metadata)
    return baggage


def _decode(text: str) -> str | None:
    if not _BAGGAGE_VALUE.match(text):
        return None
    try:
        return _ESCAPE.sub(lambda escape: bytes.fromhex(escape[1].decode()), text.encode("ascii")).decode("utf-8")
    except UnicodeDecodeError:
        return None
