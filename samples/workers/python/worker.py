"""A worker of the report queue for Python, as docs/protocol.md specifies it. word_count.py is a report for it."""

import asyncio
import contextvars
import json
import logging
import os
import random
import secrets
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import msgpack
import redis.asyncio
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider, export

from redistributed import RedisPubSubTelemetry
from report import PROTOCOL, Cancelled, InvalidInput, Request, set_error

WINDOW, HOST = 100_000, socket.gethostname()
log = logging.getLogger("worker")


class Partition:
    """The worker's side of one partition of the queue."""

    def __init__(self, worker, number, slots):
        self.worker, self.slots, self.prefix, self.lease = worker, slots, f"{{rd:{number}}}", worker.lease
        self.first = self.latest = secrets.randbelow(1 << 40)
        self.known, self.running, self.describe, self.subscribed, self.lock = {}, {}, True, False, asyncio.Lock()

    async def call(self, script, *args, patience=0):
        """Calls a script until Redis answers, for so many leases: after six, another worker has the report."""
        deadline = time.monotonic() + patience * self.lease
        while True:
            try:
                return await self.worker.scripts[script](keys=[self.prefix], args=args)
            except (redis.RedisError, OSError):
                if time.monotonic() >= deadline:
                    raise
                await asyncio.sleep(random.uniform(0.05, 0.2))

    async def listen(self):
        reports, control = (f"{self.prefix}:{kind}:{self.worker.id}".encode() for kind in ("worker", "control"))
        while True:
            try:
                async with self.worker.redis.pubsub() as pubsub:
                    await pubsub.subscribe(control, reports)
                    while True:
                        message = await pubsub.get_message(timeout=self.lease / 5)
                        if not message:  # A quiet channel, or a lost connection.
                            await pubsub.ping()
                            message = await pubsub.get_message(timeout=5)
                        if not message:
                            raise TimeoutError("PING was not answered within 5 s")
                        if message["type"] == "message" and message["channel"] == reports:
                            self.accept(message["data"])
                        elif message["type"] == "subscribe" and message["channel"] == reports:
                            self.subscribed = self.describe = True
                            await self.heartbeat()
                        elif message["type"] == "message" and message["data"].decode("latin-1") in self.running:
                            await self.heartbeat()  # Anyone can publish the hint, so only the reply cancels.
            except (redis.RedisError, OSError) as e:
                log.warning("Lost the subscription of %s, reconnecting: %s", reports.decode(), e)
                self.subscribed = False
                await asyncio.sleep(random.uniform(0.1, 0.5))

    async def send_heartbeats(self):
        while True:
            try:
                await asyncio.sleep(self.lease / 5)
                await self.heartbeat()
            except (redis.RedisError, OSError) as e:
                log.warning("Heartbeat of worker %s failed: %s", self.worker.id, e)

    async def heartbeat(self):
        async with self.lock:
            is_open = self.subscribed and not self.worker.stopping.is_set()
            block = {"worker": self.worker.id, "protocol": PROTOCOL, "slots": self.slots if is_open else 0,
                     "info": json.dumps(self.worker.info), "sequence": self.latest, "types": self.worker.type_set,
                     "attempts": [running.block(progress=running.done) for running in self.running.values()]}
            if self.describe:
                block["descriptions"] = {name: json.dumps(report[0]) for name, report in self.worker.reports.items()}
            lost, taken_back, messages, cancelled, undescribed, *_ = await self.call("heartbeat", msgpack.packb(block))
            self.describe = bool(undescribed)
            for key in (key.decode() for key in lost + taken_back + cancelled):
                self.known[key] = None
                if key in self.running:
                    self.running[key].cancel()
            for message in messages:
                self.accept(message)

    def accept(self, data):
        task = asyncio.create_task(self.handle(data))
        self.worker.tasks.add(task)
        task.add_done_callback(self.worker.tasks.discard)

    async def handle(self, data):
        with self.worker.telemetry.processing("reports", data) as processing:
            try:
                request = Request(json.loads(processing.body))
                refusal = self.refusal(request)
            except (ValueError, TypeError, AttributeError, RecursionError):
                refusal = "malformed"
            if refusal:
                self.worker.info["refused"][refusal] = self.worker.info["refused"].get(refusal, 0) + 1
                set_error(processing.span, f"refused: {refusal}", refusal)
            elif not self.worker.stopping.is_set():  # Otherwise leave returns it to the queue.
                self.running[request.key] = request
                try:
                    await self.finish(request, *await self.outcome(request))
                except (redis.RedisError, OSError) as e:
                    log.warning("Failed to store the outcome of %s; the report will be retried: %s", request.key, e)
                finally:
                    del self.running[request.key]

    def refusal(self, request):
        """Why a message must not run; None for one that the queue sent to this worker and that has not run here."""
        if not self.first < request.sequence <= self.latest + WINDOW:
            return "forged"
        if request.sequence <= self.latest - WINDOW or request.key in self.known:
            return "replayed"
        self.latest, self.known[request.key] = max(self.latest, request.sequence), None
        if len(self.known) > 2 * WINDOW:
            self.known = dict.fromkeys(list(self.known)[WINDOW:])

    async def outcome(self, request):
        """Makes the report. Returns the outcome with result, content type and error."""
        try:
            request.describe(self.worker.id)
            description, report = self.worker.reports[request.type]
            if request.restricted and description.get("operators", False) is not False:
                raise InvalidInput(f"the type '{request.type}' needs the right operate, which the caller did not have")
            await request.read(self.call, self.worker.id)
            context = contextvars.copy_context()
            generate = asyncio.get_running_loop().run_in_executor(self.worker.pool, context.run, report, request)
            return "done", *await asyncio.wait_for(generate, request.timeout / 1000 or self.worker.timeout), ""
        except (asyncio.CancelledError, Cancelled):
            request.span.add_event("cancelled")
            return "cancelled", b"", "", ""
        except Exception as e:
            error = "it took too long" if isinstance(e, TimeoutError) else str(e) or type(e).__name__
            set_error(request.span, error, type(e).__name__)
            return "failed" if isinstance(e, InvalidInput) else "retry", b"", "", error
        finally:
            request.finish()

    async def finish(self, request, outcome, result, content_type, error):
        workers = [{"worker": self.worker.id, "types": self.worker.type_set, "more": int(not self.worker.stopping.is_set())}]
        block = request.block(outcome=outcome, contentType=content_type, error=error)
        reply = await self.call("finish", msgpack.packb(workers), msgpack.packb(block), result, patience=6)
        if reply[0][0] == b"stale":
            log.warning("Report %s was leased to another worker, or lost by Redis, before attempt %d ended",
                        request.id, request.attempt)
        for message in reply[1][0]:
            self.accept(message)


class Worker:
    def __init__(self, reports, slots):
        self.reports, self.type_set, self.slots = reports, ",".join(sorted(reports)), slots
        self.id = f"{HOST}-{os.getpid()}-{secrets.token_hex(4)}"
        self.info = {"host": HOST, "pid": os.getpid(), "slots": slots, "version": "python", "refused": {}}
        self.redis = redis.asyncio.from_url(os.environ.get("REDIS_URL", "redis://127.0.0.1:6379"), socket_timeout=5, retry=None)
        self.telemetry, self.stopping, self.tasks = RedisPubSubTelemetry(), asyncio.Event(), set()

    async def run(self):
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, self.stopping.set)
        loop.add_signal_handler(signal.SIGINT, self.stopping.set)
        protocol = await self.redis.hgetall(f"{{rd:0}}:protocol:{PROTOCOL}")
        if not protocol:
            raise SystemExit(f"Redis has no {{rd:0}}:protocol:{PROTOCOL}: start the service, of a version with that protocol")
        count, self.lease, self.timeout = int(protocol[b"partitions"]), int(protocol[b"lease"]) / 1000, int(protocol[b"timeout"]) / 1000
        self.scripts = {name[4:].decode(): self.redis.register_script(text) for name, text in protocol.items() if name[:4] == b"lua:"}
        slots = max(1, self.slots // count)
        # Not the default executor, which resolves the host name of Redis.
        self.pool = ThreadPoolExecutor(count * slots)
        partitions = [Partition(self, number, slots) for number in range(count)]
        services = [loop.create_task(service) for p in partitions for service in (p.listen(), p.send_heartbeats())]
        log.info("Worker %s started with %d slots", self.id, self.slots)
        stop = loop.create_task(self.stopping.wait())
        ended, _ = await asyncio.wait([stop, *services], return_when=asyncio.FIRST_COMPLETED)
        faults = [service.exception() for service in ended - {stop}]
        for fault in faults:
            log.error("Stopping after a fault of the worker", exc_info=fault)
        self.stopping.set()
        # Redis may be away, so both waits are bounded.
        heartbeats = [loop.create_task(p.heartbeat()) for p in partitions]
        await asyncio.wait([*self.tasks, *heartbeats], timeout=float(os.environ.get("DRAIN", "10")))
        for service in services:
            service.cancel()
        await asyncio.wait([loop.create_task(p.call("leave", self.id)) for p in partitions], timeout=5)
        trace.get_tracer_provider().shutdown()
        os._exit(1 if faults else 0)  # Threads of cancelled reports may still compute.


def run(reports, slots=4):
    """Takes reports until SIGTERM. reports: type to (description, function of a Request that returns bytes and media type)."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s - %(message)s")
    os.environ.setdefault("OTEL_SERVICE_NAME", "report-worker-python")
    provider = TracerProvider(resource=Resource.create({"host.name": HOST}))
    if "OTEL_EXPORTER_OTLP_ENDPOINT" in os.environ:
        provider.add_span_processor(export.BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    asyncio.run(Worker(reports, slots).run())
