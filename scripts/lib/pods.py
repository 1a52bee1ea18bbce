"""Runs the pods of rendered Kubernetes manifests without Kubernetes, after dockerfile.py: pods.py FILE IMAGE-FOLDER.

One pod of each workload is a process in a sandbox, with the command, the variables of its config map and secret, the user,
the read-only root and the probes of the file; service names are in its /etc/hosts. To be run in a network namespace of its
own, as compose.py. Replicas, volumes' sizes, resource limits and network policies are not imitated.
"""

import base64
import pathlib
import shutil
import signal
import sys

import compose
import sandbox
from ruamel.yaml import YAML

WORKLOADS = ["StatefulSet", "Deployment"]


class Pods:
    def __init__(self, file, image_folder):
        self.manifests = [one for one in YAML(typ="safe").load_all(file.read_text()) if one]
        self.folder = image_folder
        self.image = sandbox.load_image(image_folder)
        self.containers = []
        shutil.rmtree(image_folder / "pods", ignore_errors=True)
        (image_folder / "pods").mkdir()

    def named(self, kind, name):
        return next(one for one in self.manifests if one["kind"] == kind and one["metadata"]["name"] == name)

    def secret(self, reference):
        return base64.b64decode(self.named("Secret", reference["name"])["data"][reference["key"]]).decode()

    def variables(self, container):
        env = {}
        for source in container.get("envFrom", []):
            env.update(self.named("ConfigMap", source["configMapRef"]["name"])["data"])
        for variable in container.get("env", []):
            value = variable.get("value")
            env[variable["name"]] = self.secret(variable["valueFrom"]["secretKeyRef"]) if value is None else value
        return env

    def start(self, workload):
        name = workload["metadata"]["name"]
        spec = workload["spec"]["template"]["spec"]
        container = spec["containers"][0]
        env = self.variables(container)
        own = sandbox.copy_root(self.folder / "root", self.folder / "pods" / name)
        services = [one["metadata"]["name"] for one in self.manifests if one["kind"] == "Service"]
        (own / "etc" / "hosts").write_text(f"127.0.0.1 localhost\n{compose.ADDRESS} {' '.join(services)}\n")
        binds = []
        for mount in container["volumeMounts"]:
            if mount["mountPath"] != "/tmp":
                volume = self.folder / "pods" / f"{name}-{mount['name']}"
                volume.mkdir()
                shutil.chown(volume, spec["securityContext"]["fsGroup"], spec["securityContext"]["fsGroup"])
                (own / mount["mountPath"][1:]).mkdir(exist_ok=True)
                binds.append((volume, mount["mountPath"]))
        if container["image"].startswith("redistributed:"):
            argv = self.image["entrypoint"] + container["args"]
            env = {**self.image["env"], **env}
        else:
            argv = [argument.replace("$(REDIS_PASSWORD)", env["REDIS_PASSWORD"]) for argument in container["command"]]
        started = compose.Container(
            name,
            own,
            argv,
            env=env,
            workdir=container.get("workingDir", self.image["workdir"]),
            user=str(spec["securityContext"]["runAsUser"]),
            grace=f"{spec.get('terminationGracePeriodSeconds', 30)}s",
            binds=binds,
            read_only=container["securityContext"]["readOnlyRootFilesystem"],
        )
        self.containers.append(started)
        ports = {port["name"]: port["containerPort"] for port in container["ports"]}
        for kind in ["startupProbe", "livenessProbe", "readinessProbe"]:
            get = container.get(kind, {}).get("httpGet")
            if get:
                url = f"http://{compose.ADDRESS}:{ports[get['port']]}{get['path']}"
                compose.wait_for(f"{name}: {kind}", 60, lambda: started.require_running() or answers(url))
                print(f"  {name}: {kind} answers", flush=True)
        return started


def answers(url):
    try:
        status, _ = compose.request(url)
    except ValueError:
        # Not JSON, which /metrics is not.
        return True
    return status == 200


def main(file, image_folder):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    pods = Pods(pathlib.Path(file), pathlib.Path(image_folder))
    print("kubectl apply", flush=True)
    try:
        for kind in WORKLOADS:
            for workload in [one for one in pods.manifests if one["kind"] == kind]:
                pods.start(workload)
        api = f"http://{compose.ADDRESS}:8080"
        accepted = [compose.report(api, {"duration": "1s"}) for _ in range(8)]
        for one in accepted:
            compose.ended(api, one)
        print("  8 reports are done", flush=True)
        for container in reversed(pods.containers):
            container.terminate()
            container.wait_end()
    finally:
        for container in pods.containers:
            container.kill()


if __name__ == "__main__":
    main(*sys.argv[1:])
