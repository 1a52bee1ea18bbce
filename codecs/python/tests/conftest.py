import socket
import subprocess
from pathlib import Path

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def redis_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd="/tmp") as server:
        for line in server.stdout:
            if "Ready to accept connections" in line:
                break
        yield port
        server.terminate()
        server.stdout.read()


@pytest.fixture
def peer():
    """Starts the Java library as a program."""
    jar = ROOT / "target/redistributed.jar"
    if not jar.exists():
        pytest.skip(f"{jar} is missing: mvn -DskipTests package")
    started = []

    def start(*args):
        command = ["java", "-XX:TieredStopAtLevel=1", "-cp", jar, ROOT / "codecs/peer/Peer.java", *map(str, args)]
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8"))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def exporter():
    return InMemorySpanExporter()


@pytest.fixture
def provider(exporter):
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return provider
