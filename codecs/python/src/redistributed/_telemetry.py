"""PRODUCER and CONSUMER spans around publishing and handling."""

import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from typing import Any, TypeAlias

from opentelemetry import baggage as otel_baggage
from opentelemetry import trace
from opentelemetry.context import Context, attach, detach
from opentelemetry.trace import (
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    TracerProvider,
    TraceState,
)

from ._codec import Format, Kind, Message, MessageContext, decode, header
from ._policy import ChannelPolicy, Relation
from ._w3c import BaggageEntry

try:
    _VERSION = version("redistributed")
except PackageNotFoundError:
    _VERSION = ""

_READ_ONLY = ChannelPolicy()

Value: TypeAlias = bytes | bytearray | memoryview | str | int | float
"""What redis-py sends to Redis."""


class Publishing:
    """A message being published. Set receivers to the reply of PUBLISH."""

    def __init__(self, message: bytes) -> None:
        self.message = message
        self.receivers: int | None = None


class Processing:
    """A message being handled."""

    def __init__(self, channel: str, message: Message, span: Span) -> None:
        self.channel = channel
        self.message = message
        self.span = span

    @property
    def body(self) -> bytes:
        """The message without its header."""
        return self.message.body


class RedisPubSubTelemetry:
    """Traces Redis Pub/Sub messages. Safe to use from any thread and in any asyncio task.

    Of policies, the first that matches a destination counts; without one, both formats are read and none is written.
    destination names what stands for a channel in span names, attributes and policies: give it if there are channels
    without bound, such as one for each session.
    """

    def __init__(
        self,
        policies: Sequence[ChannelPolicy] = (),
        destination: Callable[[str], str] = lambda channel: channel,
        tracer_provider: TracerProvider | None = None,
    ) -> None:
        self._policies = tuple(policies)
        self._destination = destination
        self._tracer = trace.get_tracer("io.redistributed.pubsub", _VERSION, tracer_provider)

    def publish(self, client: Any, channel: Value, body: Value) -> int:
        """Publishes by a redis.Redis in a PRODUCER span. Returns the number of receivers.

        Raises TypeError for values that redis-py refuses, such as None, bool or list.
        """
        with self.publishing(channel, body) as publishing:
            publishing.receivers = client.publish(channel, publishing.message)
        return publishing.receivers

    async def publish_async(self, client: Any, channel: Value, body: Value) -> int:
        """Publishes by a redis.asyncio.Redis in a PRODUCER span, as publish does. Returns the number of receivers."""
        with self.publishing(channel, body) as publishing:
            publishing.receivers = await client.publish(channel, publishing.message)
        return publishing.receivers

    @contextmanager
    def publishing(self, channel: Value, body: Value) -> Iterator[Publishing]:
        """A PRODUCER span around a publish by any client; publish the result's message.

        Text is encoded as UTF-8, a number as its repr. Raises TypeError for other values.
        """
        destination = self._destination(_text(channel))
        payload = _bytes(body)
        policy = self._policy(destination)
        if policy.write is Format.NONE and policy.relation is Relation.OFF:
            yield Publishing(payload)
            return
        attributes = _attributes("publish", "send", destination)
        attributes["messaging.message.body.size"] = len(payload)
        span = self._tracer.start_span(f"publish {destination}", kind=SpanKind.PRODUCER, attributes=attributes)
        with _current(trace.set_span_in_context(span), span):
            publishing = Publishing(_header(policy, span, payload) + payload)
            span.set_attribute("messaging.message.envelope.size", len(publishing.message))
            yield publishing
            if isinstance(publishing.receivers, int):
                span.set_attribute("redistributed.receivers", publishing.receivers)

    @contextmanager
    def process(self, message: dict[str, Any]) -> Iterator[Processing]:
        """A CONSUMER span around the handling of a message as redis-py delivers it (type message, pmessage, smessage).

        Raises TypeError if the client decodes responses: a header is not text.
        """
        with self.processing(message["channel"], message["data"]) as processing:
            yield processing

    @contextmanager
    def processing(self, channel: Value, data: bytes | bytearray | memoryview) -> Iterator[Processing]:
        """A CONSUMER span around the handling of a message of any client."""
        if not isinstance(data, (bytes, bytearray, memoryview)):
            raise TypeError(
                f"data is {type(data).__name__}, must be bytes: create the client with decode_responses=False"
                " and process messages of type message, pmessage or smessage"
            )
        name = _text(channel)
        destination = self._destination(name)
        policy = self._policy(destination)
        message = decode(data)
        sender = _sender(message.context, policy)
        parent = _parent(message.context, sender, policy)
        if policy.relation in (Relation.PROPAGATE, Relation.OFF):
            with _current(parent, None):
                yield Processing(name, message, trace.INVALID_SPAN)
            return
        span = self._tracer.start_span(
            f"process {destination}",
            parent,
            SpanKind.CONSUMER,
            _process_attributes(destination, message, len(data)),
        )
        if policy.relation is not Relation.PARENT and sender.is_valid:
            # Not before: samplers look at links too.
            span.add_link(sender)
        with _current(trace.set_span_in_context(span, parent), span):
            yield Processing(name, message, span)

    def _policy(self, destination: str) -> ChannelPolicy:
        return next((policy for policy in self._policies if policy.matches(destination)), _READ_ONLY)


def _text(channel: Value) -> str:
    return channel if isinstance(channel, str) else _bytes(channel).decode("utf-8", "replace")


def _bytes(value: Value) -> bytes:
    """Encodes a value as redis-py does. bytes() alone would make zeros of a number."""
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return repr(value).encode()
    raise TypeError(f"value is {type(value).__name__}, must be bytes, str, int or float")


def _attributes(operation: str, type: str, destination: str) -> dict[str, Any]:
    return {
        "messaging.system": "redis",
        "messaging.operation.name": operation,
        "messaging.operation.type": type,
        "messaging.destination.name": destination,
    }


def _process_attributes(destination: str, message: Message, size: int) -> dict[str, Any]:
    attributes = _attributes("process", "process", destination)
    attributes["messaging.message.body.size"] = len(message.body)
    attributes["messaging.message.envelope.size"] = size
    if message.context.message_id is not None:
        attributes["messaging.message.id"] = str(message.context.message_id)
    if message.context.published_at_micros:
        delay = time.time_ns() // 1000 - message.context.published_at_micros
        attributes["redistributed.publish_to_process.delay"] = max(0, delay) * 1e-6
    return attributes


def _header(policy: ChannelPolicy, span: Span, payload: bytes) -> bytes:
    if policy.write is Format.NONE or decode(payload).kind in (Kind.BINARY, Kind.ENVELOPE):
        return b""
    context = span.get_span_context()
    ids = {"trace_id": context.trace_id, "span_id": context.span_id, "sampled": context.trace_flags.sampled}
    if policy.write is Format.BINARY:
        return header(Format.BINARY, MessageContext(**ids))
    message_id = uuid.uuid4()
    span.set_attribute("messaging.message.id", str(message_id))
    return header(
        Format.ENVELOPE,
        MessageContext(
            **ids,
            trace_state=tuple(context.trace_state.items()),
            baggage={key: BaggageEntry(str(value)) for key, value in otel_baggage.get_all().items()},
            published_at_micros=time.time_ns() // 1000,
            message_id=message_id,
        ),
    )


def _sender(context: MessageContext, policy: ChannelPolicy) -> SpanContext:
    state = TraceState(context.trace_state) if policy.baggage else TraceState()
    return SpanContext(context.trace_id, context.span_id, True, TraceFlags(context.sampled), state)


def _parent(context: MessageContext, sender: SpanContext, policy: ChannelPolicy) -> Context:
    parent = Context()
    if policy.relation is Relation.OFF:
        return parent
    if policy.relation is not Relation.LINK and sender.is_valid:
        parent = trace.set_span_in_context(NonRecordingSpan(sender), parent)
    if policy.baggage:
        for key, entry in context.baggage.items():
            parent = otel_baggage.set_baggage(key, entry.value, parent)
    return parent


@contextmanager
def _current(context: Context, span: Span | None) -> Iterator[None]:
    """Makes a context current, and ends the span with what is raised."""
    token = attach(context)
    try:
        yield
    except GeneratorExit:  # A generator is closed around it, for example by a break out of its loop.
        raise
    except BaseException as e:
        if span is not None:
            span.record_exception(e)
            span.set_status(Status(StatusCode.ERROR, str(e)))
            span.set_attribute("error.type", _error_type(e))
        raise
    finally:
        detach(token)
        if span is not None:
            span.end()


def _error_type(error: BaseException) -> str:
    type_ = type(error)
    return type_.__qualname__ if type_.__module__ == "builtins" else f"{type_.__module__}.{type_.__qualname__}"
