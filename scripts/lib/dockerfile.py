"""Runs a Dockerfile without Docker: dockerfile.py CONTEXT FOLDER. Base images are this machine (see sandbox.py).

Writes FOLDER/root, the files of the last stage, and FOLDER/image.json, how to run them. An instruction that is
not known here is an error.
"""

import fnmatch
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import time

import sandbox


def instructions(text):
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        if line.strip():
            name, rest = line.strip().split(None, 1)
            yield name.upper(), rest.strip()


def exec_form(rest):
    return json.loads(rest) if rest.startswith("[") else ["/bin/sh", "-c", rest]


def drop_ignored(context):
    """Removes the files in .dockerignore; the last pattern that matches a file or a parent folder wins."""
    patterns = [line.strip() for line in (context / ".dockerignore").read_text().splitlines()]
    patterns = [line.rstrip("/") for line in patterns if line and not line.startswith("#")]
    for file in [path for path in context.rglob("*") if not path.is_dir()]:
        path = file.relative_to(context)
        names = [str(path), *map(str, path.parents)]
        ignored = False
        for pattern in patterns:
            if any(fnmatch.fnmatch(name, pattern.lstrip("!")) for name in names):
                ignored = not pattern.startswith("!")
        if ignored:
            file.unlink()


class Stage:
    def __init__(self, folder, context, stages):
        self.root = sandbox.new_root(folder)
        self.context = context
        self.stages = stages
        self.image = {"env": {}, "workdir": "/", "user": "0", "entrypoint": [], "cmd": [], "healthcheck": None}

    def inside(self, path):
        return self.root / os.path.join(self.image["workdir"], path).lstrip("/")

    def carry_out(self, name, rest):
        getattr(self, "do_" + name.lower())(rest)

    def do_workdir(self, rest):
        self.image["workdir"] = os.path.join(self.image["workdir"], rest)
        self.inside(".").mkdir(parents=True, exist_ok=True)

    def do_env(self, rest):
        self.image["env"].update(word.split("=", 1) for word in shlex.split(rest))

    def do_user(self, rest):
        self.image["user"] = rest

    def do_expose(self, rest):
        self.image["port"] = int(rest)

    def do_entrypoint(self, rest):
        self.image["entrypoint"] = exec_form(rest)

    def do_cmd(self, rest):
        self.image["cmd"] = exec_form(rest)

    def do_healthcheck(self, rest):
        options, test = rest.split("CMD", 1)
        self.image["healthcheck"] = {"test": exec_form(test.strip()), **dict(re.findall(r"--([\w-]+)=(\S+)", options))}

    def do_copy(self, rest):
        words = rest.split()
        source = self.context
        if words[0].startswith("--from="):
            source = self.stages[words.pop(0).removeprefix("--from=")].root
        *sources, target = words
        for word in sources:
            origin = source / word.lstrip("/")
            if origin.is_dir():
                shutil.copytree(origin, self.inside(target), dirs_exist_ok=True)
            else:
                to = self.inside(target)
                if target.endswith("/"):
                    to.mkdir(parents=True, exist_ok=True)
                shutil.copy(origin, to)

    def do_run(self, rest):
        run = sandbox.command(
            self.root,
            exec_form(rest),
            env=self.image["env"],
            workdir=self.image["workdir"],
            user=self.image["user"],
            hostname="build",
        )
        subprocess.run(run, check=True)


def main(context, folder):
    context, folder = pathlib.Path(context), pathlib.Path(folder)
    steps = list(instructions((context / "Dockerfile").read_text()))
    drop_ignored(context)
    stages = {}
    stage = None
    for name, rest in steps:
        started = time.monotonic()
        if name == "FROM":
            words = rest.split()
            alias = words[2] if len(words) > 2 else str(len(stages))
            stage = stages[alias] = Stage(folder / "stages" / alias, context, stages)
        else:
            stage.carry_out(name, rest)
        print(f"  {time.monotonic() - started:5.1f} s  {name} {rest[:90]}", flush=True)
    stage.root.rename(folder / "root")
    sandbox.save_image(folder, stage.image)


if __name__ == "__main__":
    main(*sys.argv[1:])
