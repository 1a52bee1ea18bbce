"""Runs docker-compose.yml without Docker, after dockerfile.py: compose.py FILE IMAGE-FOLDER JAEGER-OR-NOTHING.

Every container is a process in a sandbox, with the variables, the command, the user, the health check and the order of
the file; service names are in its /etc/hosts. To be run in a network namespace of its own, where the containers share an
address that is not loopback, so that a server which only its own container could reach is not reached. Memory limits and
restart policies are not imitated.
"""

import http.client
import json
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

import sandbox
from ruamel.yaml import YAML

# An address reserved for documentation.
ADDRESS = "192.0.2.1"
# The defaults of the image redis.
REDIS_DEFAULTS = ["--protected-mode", "no"]


def fail(what):
    raise SystemExit(f"containers: {what}")


def seconds(text):
    amount, unit = re.fullmatch(r"(\d+)(s|m)", text).groups()
    return int(amount) * {"s": 1, "m": 60}[unit]


def wait_for(what, limit, condition):
    deadline = time.monotonic() + limit
    while not (result := condition()):
        if time.monotonic() > deadline:
            fail(f"{what}: not within {limit} s")
        time.sleep(0.1)
    return result


def request(url, body=None):
    """Returns the status and the JSON of an answer; the status is None without one."""
    data = None if body is None else json.dumps(body).encode()
    headers = {} if body is None else {"content-type": "application/json"}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=70) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as answer:
        return answer.code, None
    except (OSError, http.client.HTTPException):
        return None, None


class Container:
    def __init__(self, name, root, argv, *, env, workdir, user="0", healthcheck=None, grace="10s", binds=(), read_only=False):
        self.name = name
        self.healthcheck = healthcheck
        self.grace = seconds(grace)
        self.root = root
        self.settings = {"env": env, "workdir": workdir, "user": user, "hostname": name, "binds": binds, "read_only": read_only}
        self.log = pathlib.Path(f"{root}.log")
        self.started = time.monotonic()
        with self.log.open("w") as log:
            line = sandbox.command(root, argv, **self.settings)
            self.process = subprocess.Popen(line, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def wait_healthy(self):
        wait_for(f"{self.name} is healthy", 60, self.is_healthy)
        print(f"  {self.name} is healthy after {time.monotonic() - self.started:.1f} s", flush=True)

    def wait_log(self, pattern):
        found = wait_for(f"{self.name} logs '{pattern}'", 60, lambda: self.has_logged(pattern))
        print(f"  {self.name}: {found.group()}", flush=True)

    def has_logged(self, pattern):
        self.require_running()
        return re.search(pattern, self.log.read_text())

    def require_running(self):
        if self.process.poll() is not None:
            fail(f"{self.name} ended with status {self.process.returncode}; {self.end_of_log()}")

    def end_of_log(self):
        return "the end of its log:\n" + "\n".join(self.log.read_text().splitlines()[-20:])

    def is_healthy(self):
        self.require_running()
        # Docker runs it in the container; here it is a sibling with the same root, variables and network.
        check = sandbox.command(self.root, self.healthcheck["test"], **self.settings)
        limit = seconds(self.healthcheck["timeout"])
        return subprocess.run(check, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=limit).returncode == 0

    def terminate(self):
        """Stops it like 'docker stop': SIGTERM to process 1."""
        self.require_running()
        self.signalled = time.monotonic()
        sandbox.signal(self.process, "TERM")

    def wait_end(self):
        try:
            status = self.process.wait(self.grace)
        except subprocess.TimeoutExpired:
            fail(f"{self.name} has not ended {self.grace} s after SIGTERM; {self.end_of_log()}")
        print(f"  {self.name} ended {time.monotonic() - self.signalled:.1f} s after SIGTERM, status {status}", flush=True)
        if status not in (0, 143):
            fail(f"{self.name}: did not shut down in order; {self.end_of_log()}")


    def kill(self):
        if self.process.poll() is None:
            sandbox.signal(self.process, "KILL")
            self.process.wait(10)


class Compose:
    def __init__(self, file, image_folder, jaeger):
        self.services = YAML(typ="safe").load(file)["services"]
        self.folder = image_folder
        self.image = sandbox.load_image(image_folder)
        self.jaeger = jaeger
        self.containers = []
        shutil.rmtree(image_folder / "run", ignore_errors=True)
        (image_folder / "run").mkdir()

    def container(self, name, argv, **settings):
        own = self.folder / "run" / name
        sandbox.copy_root(self.folder / "root", own)
        (own / "etc" / "hosts").write_text(f"127.0.0.1 localhost\n{ADDRESS} {name} {' '.join(self.services)}\n")
        container = Container(name, own, argv, **settings)
        self.containers.append(container)
        return container

    def alone(self, name, data, choice):
        """Starts the image like 'docker run', with a volume for its data, only the jar's redis-server, and the variables
        that choose who is served."""
        hidden = [("/dev/null", path) for path in ["/usr/bin/redis-server", "/usr/bin/valkey-server"] if shutil.which(path)]
        return self.container(
            name,
            self.image["entrypoint"] + self.image["cmd"],
            env={**self.image["env"], **choice},
            workdir=self.image["workdir"],
            user=self.image["user"],
            healthcheck=self.image["healthcheck"],
            grace="45s",
            binds=[*hidden, (data, "/app/data")],
        )

    def replicas(self, service):
        count = self.services[service].get("deploy", {}).get("replicas", 1)
        return [self.start(service, f"{service}-{i + 1}") for i in range(count)]

    def start(self, service, name):
        definition = self.services[service]
        grace = definition.get("stop_grace_period", "10s")
        environment = definition.get("environment", {})
        check = definition.get("healthcheck", {})
        if "build" in definition:
            return self.container(
                name,
                self.image["entrypoint"] + definition.get("command", self.image["cmd"]),
                env={**self.image["env"], **environment},
                workdir=self.image["workdir"],
                user=self.image["user"],
                healthcheck=None if check.get("disable") else self.image["healthcheck"],
                grace=grace,
            )
        image = definition["image"].split(":")[0]
        if image == "redis":
            data = self.folder / "run" / "redis-data"
            data.mkdir()
            (self.folder / "root" / "data").mkdir(exist_ok=True)
            test = {**check, "test": check["test"][1:]}
            argv = definition["command"] + REDIS_DEFAULTS
            return self.container(
                name, argv, env=environment, workdir="/data", healthcheck=test, grace=grace, binds=[(data, "/data")]
            )
        if image == "jaegertracing/jaeger":
            env = {"JAEGER_LISTEN_HOST": "0.0.0.0", **environment}
            (self.folder / "root" / "jaeger").touch()
            return self.container(
                name, ["/jaeger"], env=env, workdir="/", grace=grace, binds=[(self.jaeger, "/jaeger")]
            )
        return fail(f"no stand-in for the image {image}")

    def in_order(self):
        """Services, each after those it depends on."""
        left = dict(self.services)
        while left:
            ready = [name for name in left if not set(left[name].get("depends_on", {})) & set(left)]
            yield from ready
            for name in ready:
                del left[name]


def report(api, parameters):
    status, accepted = request(f"{api}/reports", {"type": "simulated", "parameters": parameters})
    if status != 202:
        fail(f"POST /reports is answered {status}")
    return accepted


def ended(api, accepted):
    status, state = request(f"{api}/reports/{accepted['id']}?wait=30s")
    if status != 200 or state["state"] != "done":
        fail(f"report {accepted['id']}: {status} {state}")
    return state


def check_alone(compose):
    print("docker run: the image as it is, Redis from the jar", flush=True)
    api = f"http://{ADDRESS}:{compose.image['port']}"
    data = compose.folder / "run" / "data"
    # A new volume is a copy of the image's folder, with its owner.
    sandbox.copy_root(compose.folder / "root" / "app" / "data", data)
    undecided = compose.alone("undecided", data, {})
    status = undecided.process.wait(60)
    if status != 1 or "auth.insecure: true" not in undecided.log.read_text():
        fail(f"without a choice of who is served: status {status}; {undecided.end_of_log()}")
    print("  it does not start without a choice of who is served", flush=True)
    first = compose.alone("first", data, {"REDISTRIBUTED_AUTH_INSECURE": "true"})
    first.wait_healthy()
    accepted = report(api, {})
    ended(api, accepted)
    first.terminate()
    first.wait_end()
    second = compose.alone("second", data, {"REDISTRIBUTED_AUTH_INSECURE": "true"})
    second.wait_healthy()
    ended(api, accepted)
    print("  the report is still there in a second container with the same volume", flush=True)
    second.terminate()
    second.wait_end()


def whole_trace(trace_id):
    """Returns a trace from Jaeger when every parent and the worker's spans have arrived."""
    status, answer = request(f"http://{ADDRESS}:16686/api/traces/{trace_id}")
    if status != 200:
        return None
    spans = answer["data"][0]["spans"]
    processes = answer["data"][0]["processes"]
    ids = {span["spanID"] for span in spans}
    parents = [reference["spanID"] for span in spans for reference in span["references"] if reference["refType"] == "CHILD_OF"]
    services = {processes[span["processID"]]["serviceName"] for span in spans}
    roots = [span for span in spans if not span["references"]]
    whole = len(roots) == 1 and set(parents) <= ids and services == {"api", "report-generator"}
    return whole and sorted(span["operationName"] for span in spans)


def check_compose(compose):
    print("docker compose up", flush=True)
    containers = {}
    for service in compose.in_order():
        if service == "jaeger" and not compose.jaeger:
            print("    Jaeger not found: traces are not checked")
            continue
        containers[service] = compose.replicas(service)
        for container in containers[service]:
            if container.healthcheck:
                container.wait_healthy()
            elif service == "worker":
                container.wait_log("redistributed .* is ready.*")
    api = f"http://{ADDRESS}:8080"
    accepted = [report(api, {"duration": "3s"}) for _ in range(16)]
    workers = containers["worker"]
    running = "running"
    wait_for("the reports run", 10, lambda: all(request(f"{api}/reports/{one['id']}")[1]["state"] == running for one in accepted))
    workers[0].terminate()
    workers[0].wait_end()
    states = [ended(api, one) for one in accepted]
    used = {state["worker"].rsplit("-", 2)[0] for state in states}
    print(f"  16 reports of 3 s done by {sorted(used)} though worker-1 was stopped; attempts {sorted(s['attempt'] for s in states)}")
    if len(used) != len(workers):
        fail(f"not every worker had its share: {used}")
    if compose.jaeger:
        for one in accepted:
            names = wait_for(f"the whole trace {one['traceId']} in Jaeger", 15, lambda: whole_trace(one["traceId"]))
        print(f"  16 traces are complete in Jaeger, the last one: {', '.join(names)}", flush=True)
    for service in reversed(list(containers)):
        alive = [container for container in containers[service] if container.process.poll() is None]
        for container in alive:
            container.terminate()
        for container in alive:
            container.wait_end()


def main(file, image_folder, jaeger=""):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    compose = Compose(pathlib.Path(file), pathlib.Path(image_folder), jaeger)
    try:
        check_alone(compose)
        check_compose(compose)
    finally:
        for container in compose.containers:
            container.kill()


if __name__ == "__main__":
    main(*sys.argv[1:])
