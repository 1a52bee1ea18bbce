import asyncio
from dataclasses import replace

import pytest
import redis
import redis.asyncio
from opentelemetry import baggage, trace
from opentelemetry.context import attach, detach
from opentelemetry.trace import SpanKind, StatusCode

from redistributed import ChannelPolicy, Kind, MessageContext, RedisPubSubTelemetry, decode, encode

SENDER = MessageContext(trace_id=0x4BF92F3577B34DA6A3CE929D000E4736, span_id=0x34F067AA0BA902B7, sampled=True)
TRACED = encode("envelope", SENDER, b"hello")


def next_message(pubsub):
    return next(message for message in pubsub.listen() if message["type"] == "message")


def ids(span):
    return f"{span.context.trace_id:032x} {span.context.span_id:016x}"


@pytest.mark.parametrize("write", ["binary", "envelope"])
def test_java_continues_our_trace(write, redis_port, peer, exporter, provider):
    telemetry = RedisPubSubTelemetry([ChannelPolicy(write=write)], tracer_provider=provider)
    listener = peer("listen", redis_port, "to-java", 1)
    assert listener.stdout.readline() == "ready\n"

    token = attach(baggage.set_baggage("user", "Amélie"))
    receivers = telemetry.publish(redis.Redis(port=redis_port), "to-java", "hello")
    detach(token)

    (span,) = exporter.get_finished_spans()
    user = "Amélie" if write == "envelope" else "null"
    assert listener.stdout.readline() == f"{ids(span)} {user} {b'hello'.hex()}\n"
    assert (receivers, span.name, span.kind) == (1, "publish to-java", SpanKind.PRODUCER)
    assert span.attributes["redistributed.receivers"] == 1


@pytest.mark.parametrize("write", ["BINARY", "ENVELOPE"])
def test_continues_the_trace_of_java(write, redis_port, peer, exporter, provider):
    telemetry = RedisPubSubTelemetry(tracer_provider=provider)
    pubsub = redis.Redis(port=redis_port).pubsub(ignore_subscribe_messages=True)
    pubsub.subscribe("from-java")
    pubsub.get_message(timeout=10)
    sender = peer("publish", redis_port, "from-java", write, "héllo").stdout.readline().strip()

    with telemetry.process(next_message(pubsub)) as processing:
        assert processing.body == "héllo".encode()
        assert baggage.get_baggage("user") == ("Amélie" if write == "ENVELOPE" else None)

    (span,) = exporter.get_finished_spans()
    assert f"{span.parent.trace_id:032x} {span.parent.span_id:016x}" == sender
    assert (span.name, span.kind) == ("process from-java", SpanKind.CONSUMER)
    assert span.attributes["messaging.message.body.size"] == 6
    assert ("redistributed.publish_to_process.delay" in span.attributes) == (write == "ENVELOPE")


def test_publishes_and_listens_with_asyncio(redis_port, exporter, provider):
    telemetry = RedisPubSubTelemetry([ChannelPolicy(write="binary")], tracer_provider=provider)

    async def run():
        async with redis.asyncio.Redis(port=redis_port) as client, client.pubsub() as pubsub:
            await pubsub.subscribe("async")
            await pubsub.get_message(timeout=10)
            await telemetry.publish_async(client, "async", b"hello")
            async for message in pubsub.listen():
                with telemetry.process(message) as processing:
                    return processing.body

    assert asyncio.run(run()) == b"hello"
    publish, process = exporter.get_finished_spans()
    assert process.parent.span_id == publish.context.span_id


@pytest.mark.parametrize(
    ("relation", "parent", "links"), [("parent", True, 0), ("link", False, 1), ("both", True, 1)]
)
def test_the_relation_says_how_spans_relate(relation, parent, links, exporter, provider):
    telemetry = RedisPubSubTelemetry([ChannelPolicy("o?ders.*", relation=relation)], tracer_provider=provider)

    with telemetry.processing("orders.eu", TRACED):
        pass

    (span,) = exporter.get_finished_spans()
    assert (span.parent is not None, len(span.links)) == (parent, links)


@pytest.mark.parametrize(("relation", "span_id"), [("propagate", SENDER.span_id), ("off", 0)])
def test_without_a_span_the_relation_says_what_is_current(relation, span_id, exporter, provider):
    telemetry = RedisPubSubTelemetry([ChannelPolicy(relation=relation)], tracer_provider=provider)

    with telemetry.processing("orders", TRACED) as processing:
        assert trace.get_current_span().get_span_context().span_id == span_id
        assert processing.body == b"hello"

    assert not exporter.get_finished_spans()


def test_a_failing_handler_fails_the_span(exporter, provider):
    telemetry = RedisPubSubTelemetry(tracer_provider=provider)

    with pytest.raises(ValueError), telemetry.processing("orders", TRACED):
        raise ValueError("no such order")

    (span,) = exporter.get_finished_spans()
    assert (span.status.status_code, span.status.description) == (StatusCode.ERROR, "no such order")
    assert span.attributes["error.type"] == "ValueError"


def test_closing_a_generator_ends_the_span_without_an_error(exporter, provider):
    telemetry = RedisPubSubTelemetry(tracer_provider=provider)

    def bodies():
        with telemetry.processing("orders", TRACED) as processing:
            yield processing.body

    generator = bodies()
    assert next(generator) == b"hello"
    generator.close()

    (span,) = exporter.get_finished_spans()
    assert (span.status.status_code, span.events) == (StatusCode.UNSET, ())


def test_a_cancelled_handler_fails_the_span(exporter, provider):
    telemetry = RedisPubSubTelemetry(tracer_provider=provider)

    async def run():
        entered = asyncio.Event()

        async def handle():
            with telemetry.processing("orders", TRACED):
                entered.set()
                await asyncio.Event().wait()

        task = asyncio.create_task(handle())
        await entered.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())

    (span,) = exporter.get_finished_spans()
    assert span.attributes["error.type"] == "asyncio.exceptions.CancelledError"


def test_a_traced_body_gets_no_second_header(provider):
    telemetry = RedisPubSubTelemetry([ChannelPolicy(write="envelope")], tracer_provider=provider)

    with telemetry.publishing("orders", TRACED) as publishing:
        assert publishing.message == TRACED


@pytest.mark.parametrize(
    "members", [(("UPPER", "1"),), (("a", "b,c=d"),), (("a", "Š"),), (("a", ""),), (("a", "1"), ("a", "2"))]
)
def test_a_tracestate_that_readers_would_drop_is_not_written(members):
    assert encode("envelope", replace(SENDER, trace_state=members), b"hello") == TRACED


def test_nothing_is_written_by_default(provider):
    with RedisPubSubTelemetry(tracer_provider=provider).publishing("orders", b"hello") as publishing:
        assert decode(publishing.message).kind is Kind.UNTRACED


@pytest.mark.parametrize(
    "body", [b"\0a", bytearray(b"a"), memoryview(b"ab"), "Amélie", "", 5, -1, 10**9, 0.1, 1e100, float("inf")]
)
def test_bodies_and_channels_arrive_as_redis_py_encodes_them(body, redis_port, exporter, provider):
    telemetry = RedisPubSubTelemetry(tracer_provider=provider)
    client = redis.Redis(port=redis_port)
    pubsub = client.pubsub(ignore_subscribe_messages=True)
    pubsub.subscribe(7)
    pubsub.get_message(timeout=10)

    client.publish(7, body)
    telemetry.publish(client, 7, body)

    assert next_message(pubsub)["data"] == next_message(pubsub)["data"]
    (span,) = exporter.get_finished_spans()
    assert span.name == "publish 7"


@pytest.mark.parametrize("body", [True, None, [1, 2], {}, object()])
def test_what_redis_py_refuses_is_refused(body, exporter, provider):
    telemetry = RedisPubSubTelemetry(tracer_provider=provider)

    for channel, message in [("orders", body), (body, b"hello")]:
        with pytest.raises(TypeError, match="must be bytes, str, int or float"):
            telemetry.publish(redis.Redis(), channel, message)
    with pytest.raises(TypeError, match="must be bytes"):
        decode(body)

    assert not exporter.get_finished_spans()


@pytest.mark.parametrize("data", [5, "hello"])
def test_only_bytes_are_decoded(data):
    with pytest.raises(TypeError, match="must be bytes"):
        decode(data)


def test_decoded_responses_are_refused():
    message = {"type": "message", "channel": "orders", "data": "hello"}

    with pytest.raises(TypeError, match="decode_responses=False"), RedisPubSubTelemetry().process(message):
        pass
