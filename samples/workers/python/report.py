"""What the author of a report sees: the request and how to fail."""

import asyncio
import threading

from opentelemetry import trace
from opentelemetry.trace import SpanContext, StatusCode, TraceFlags

PROTOCOL, MAX_INPUT = 1, 64 << 20
FIELDS = (("version", int, PROTOCOL), ("sequence", int, None), ("id", str, None), ("attempt", int, None), ("type", str, None),
          ("parameters", dict, None), ("input", int, 0), ("chunks", int, 0), ("timeout", int, 0), ("restricted", bool, False),
          ("previous", str, ""))


class InvalidInput(Exception):
    """Raised by a report that would fail again. After any other exception it gets another attempt."""


class Cancelled(Exception):
    """Raised by Request.progress when nobody wants the report any more. Let it end the work."""


def set_error(span, message, kind):
    span.set_status(StatusCode.ERROR, message)
    span.set_attribute("error.type", kind)


class Request:
    """What a report is made from: id, attempt (from 1), parameters (dict, checked against the schema), input (bytes).
    span is that of the attempt."""

    def __init__(self, message):
        for name, kind, default in FIELDS:
            if type(message.get(name, default)) is not kind:
                raise TypeError(f"{name} is missing, or no {kind.__name__}")
            setattr(self, name, message.get(name, default))
        if self.version != PROTOCOL:
            raise ValueError(f"version {self.version} is not supported")
        self.key, self.done = f"{self.id}#{self.attempt}", ""
        self.span, self.cancelled, self.task = trace.get_current_span(), threading.Event(), asyncio.current_task()

    def describe(self, worker):
        """Says on the attempt's span what runs where, and after which attempt."""
        self.span.set_attributes({"redistributed.report.id": self.id, "redistributed.report.type": self.type,
                                  "redistributed.attempt": self.attempt, "messaging.client.id": worker})
        if self.previous:
            ids = (int(part, 16) for part in self.previous.split("-"))
            self.span.add_link(SpanContext(*ids, is_remote=True, trace_flags=TraceFlags(1)))

    async def read(self, call, worker):
        """Reads the input with the script input, in chunks if it is long. input is its size before and its bytes after."""
        if self.input > MAX_INPUT:
            raise InvalidInput(f"the input has {self.input} bytes (at most {MAX_INPUT})")
        chunks = [(str(number),) for number in range(self.chunks)] or [()] * bool(self.input)
        parts = [await call("input", self.id, str(self.attempt), worker, *chunk, patience=6) for chunk in chunks]
        if None in parts:
            raise InvalidInput("the input of this report has expired")
        self.input = b"".join(parts)

    def progress(self, done):
        """Takes how much is done, 0 to 1, from any thread."""
        if self.cancelled.is_set():
            raise Cancelled(self.key)
        self.done = f"{min(1, max(0, done)):.4f}"

    def cancel(self):
        if not self.cancelled.is_set():
            self.cancelled.set()
            self.task.cancel()

    def finish(self):
        self.done = "finishing"
        self.cancelled.set()

    def block(self, **more):
        context = self.span.get_span_context()
        span = f"{context.trace_id:032x}-{context.span_id:016x}" if context.is_valid else ""
        return {"id": self.id, "attempt": str(self.attempt), "span": span, **more}
