"""Runs a process like a container: with its own root, but this machine's /usr. Needs Linux and root."""

import json
import pathlib
import subprocess

DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# Programs of this machine instead of those of an image.
SHARED = ["/usr", "/opt"]


def new_root(root):
    """Makes a root with its own /etc, so that users can be added."""
    root = pathlib.Path(root)
    root.mkdir(parents=True)
    for directory in [*SHARED, "/proc", "/dev", "/tmp", "/root"]:
        (root / directory[1:]).mkdir()
    for name in ["bin", "sbin", "lib", "lib64"]:
        host = pathlib.Path("/", name)
        if host.is_symlink():
            (root / name).symlink_to(host.readlink())
    subprocess.run(["cp", "-a", "/etc", root], check=True)
    return root


def copy_root(source, target):
    subprocess.run(["cp", "-a", source, target], check=True)
    return pathlib.Path(target)


def command(root, argv, *, env, workdir, hostname, user="0", binds=(), read_only=False):
    """Returns the command line that runs argv as process 1 of a root, with only the variables env."""
    line = ["bwrap", "--ro-bind" if read_only else "--bind", str(root), "/"]
    for directory in SHARED:
        line += ["--ro-bind-try", directory, directory]
    for source, target in binds:
        line += ["--bind", str(source), target]
    line += ["--proc", "/proc", "--dev", "/dev", "--perms", "1777", "--tmpfs", "/tmp"]
    line += ["--unshare-pid", "--unshare-ipc", "--unshare-uts", "--hostname", hostname]
    line += ["--as-pid-1", "--die-with-parent", "--clearenv", "--chdir", workdir]
    for name, value in {"PATH": DEFAULT_PATH, "HOME": "/root", **env}.items():
        line += ["--setenv", name, str(value)]
    return line + ["setpriv", "--reuid", user, "--regid", user, "--clear-groups", "--", *argv]


def signal(process, name):
    """Sends a signal to process 1 inside. SIGKILL then ends all processes inside, unlike a SIGKILL of bwrap."""
    children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    subprocess.run(["kill", "-" + name, *(children or [str(process.pid)])], check=True)


def save_image(folder, image):
    (folder / "image.json").write_text(json.dumps(image, indent=2))


def load_image(folder):
    return json.loads((folder / "image.json").read_text())
