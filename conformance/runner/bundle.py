"""The bundle of a case: the default config.json with the changes of the case, and a busybox root filesystem."""

import copy
import json
import os
import shutil
import subprocess

from . import program

APPLETS = """
[ awk base64 basename cat chgrp chmod chown chroot cmp cp cut date dd df dirname dmesg du echo egrep env expr false
find fold free getopt grep groups head hexdump hostname id ifconfig ip ipcs kill killall ln logname ls md5sum mkdir
mkfifo mknod mktemp more mount mv nc nproc nsenter od paste pidof pivot_root printf ps pwd readlink
realpath rev rm rmdir sed seq setpriv setsid sh sha256sum sleep sort stat stty su sync sysctl tail tar taskset tee
test timeout touch tr true tty umount uname uniq unlink unshare usleep vi wc which whoami xargs xxd yes
""".split()

CAPABILITIES = [
    "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FSETID", "CAP_FOWNER", "CAP_MKNOD", "CAP_NET_RAW", "CAP_SETGID",
    "CAP_SETUID", "CAP_SETFCAP", "CAP_SETPCAP", "CAP_NET_BIND_SERVICE", "CAP_SYS_CHROOT", "CAP_KILL",
    "CAP_AUDIT_WRITE",
]

DEFAULT_CONFIG = {
    "ociVersion": "1.0.2",
    "process": {
        "terminal": False,
        "user": {"uid": 0, "gid": 0},
        "args": ["true"],
        "env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"],
        "cwd": "/",
        "capabilities": {
            "bounding": CAPABILITIES, "effective": CAPABILITIES, "permitted": CAPABILITIES,
        },
        "rlimits": [{"type": "RLIMIT_NOFILE", "hard": 1024, "soft": 1024}],
        "noNewPrivileges": True,
    },
    "root": {"path": "rootfs", "readonly": False},
    "hostname": "conformance",
    "mounts": [
        {"destination": "/proc", "type": "proc", "source": "proc"},
        {"destination": "/dev", "type": "tmpfs", "source": "tmpfs",
         "options": ["nosuid", "strictatime", "mode=755", "size=65536k"]},
        {"destination": "/dev/pts", "type": "devpts", "source": "devpts",
         "options": ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"]},
        {"destination": "/dev/shm", "type": "tmpfs", "source": "shm",
         "options": ["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"]},
        {"destination": "/dev/mqueue", "type": "mqueue", "source": "mqueue",
         "options": ["nosuid", "noexec", "nodev"]},
        {"destination": "/sys", "type": "sysfs", "source": "sysfs",
         "options": ["nosuid", "noexec", "nodev", "ro"]},
    ],
    "linux": {
        "cgroupsPath": "{cgroup}/{id}",
        "resources": {"devices": [{"allow": False, "access": "rwm"}]},
        "namespaces": [{"type": kind} for kind in ("pid", "network", "ipc", "uts", "mount")],
        "maskedPaths": ["/proc/kcore", "/proc/keys", "/proc/timer_list", "/sys/firmware"],
        "readonlyPaths": ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"],
    },
}

MOUNTPOINT = """#!/bin/sh
awk -v point="$1" '$5 == point {found = 1} END {exit !found}' /proc/self/mountinfo || {
  echo "$1 is not a mount point"
  exit 1
}
echo "$1 is a mount point"
"""
PASSWD = "root:x:0:0:root:/root:/bin/sh\nguest:x:1000:1000:guest:/home/guest:/bin/sh\n"
GROUP = "root:x:0:\ntty:x:5:\nguest:x:1000:\n"


def fill(value, variables):
    """`value` with every `{name}` of a known variable replaced, in strings at any depth."""
    if isinstance(value, str):
        for name, text in variables.items():
            value = value.replace("{" + name + "}", text)
        return value
    if isinstance(value, list):
        return [fill(item, variables) for item in value]
    if isinstance(value, dict):
        return {fill(key, variables): fill(item, variables) for key, item in value.items()}
    return value


def merge(target, changes):
    """Lays `changes` over `target`; a key that ends in `+` appends to the list of that name."""
    for key, value in changes.items():
        if key.endswith("+"):
            target.setdefault(key[:-1], [])
            target[key[:-1]] = target[key[:-1]] + value
        elif isinstance(value, dict) and isinstance(target.get(key), dict):
            merge(target[key], value)
        else:
            target[key] = value


def take_out(config, name):
    """Removes `mounts:/sys`, `namespaces:pid` or a dotted path such as `process.rlimits`."""
    kind, _, item = name.partition(":")
    if kind == "mounts" and item:
        config["mounts"] = [mount for mount in config["mounts"] if mount["destination"] != item]
    elif kind == "namespaces" and item:
        spaces = config["linux"]["namespaces"]
        config["linux"]["namespaces"] = [space for space in spaces if space["type"] != item]
    else:
        *parents, last = name.split(".")
        for parent in parents:
            config = config[parent]
        del config[last]


def config_for(data, variables):
    """The whole config.json of a case."""
    config = copy.deepcopy(DEFAULT_CONFIG)
    for name in data.get("without", []):
        take_out(config, name)
    merge(config, data.get("config", {}))
    if "script" in data:
        config["process"]["args"] = ["sh", "-c", data["script"]]
    if "args" in data:
        config["process"]["args"] = data["args"]
    return fill(config, variables)


def make_rootfs(path, busybox):
    """A small root filesystem of one static busybox and links to it."""
    for folder in ("bin", "dev", "etc", "home/guest", "proc", "root", "sys", "tmp", "var"):
        os.makedirs(os.path.join(path, folder))
    os.chmod(os.path.join(path, "tmp"), 0o1777)
    os.chown(os.path.join(path, "home/guest"), 1000, 1000)
    shutil.copyfile(busybox, os.path.join(path, "bin/busybox"))
    os.chmod(os.path.join(path, "bin/busybox"), 0o755)
    for applet in APPLETS:
        os.symlink("busybox", os.path.join(path, "bin", applet))
    for name, text in (("etc/passwd", PASSWD), ("etc/group", GROUP), ("bin/mountpoint", MOUNTPOINT)):
        with open(os.path.join(path, name), "w", encoding="utf-8") as output:
            output.write(text)
    os.chmod(os.path.join(path, "bin/mountpoint"), 0o755)


def make_file(bundle, entry, variables):
    """One `[[file]]` of a case: text, folder or link at a path below the bundle."""
    path = os.path.join(bundle, entry["path"].lstrip("/"))
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if "link" in entry:
        os.symlink(fill(entry["link"], variables), path)
        return
    if entry.get("folder"):
        os.makedirs(path, exist_ok=True)
    else:
        with open(path, "w", encoding="utf-8") as output:
            output.write(fill(entry.get("text", ""), variables))
    os.chmod(path, int(entry.get("mode", "755" if entry.get("folder") else "644"), 8))
    if "owner" in entry:
        os.chown(path, entry["owner"], entry.get("group", entry["owner"]))


def make_call(bundle, entry):
    """One `[[call]]` of a case: a program in the root filesystem that makes a single system call.

    With `each` one program per value, named by it, with the value as the first argument.
    """
    number = program.number_for(entry["number"])
    path = os.path.join(bundle, "rootfs", entry["path"].lstrip("/"))
    variants = {f"{path}{value}": [value] for value in entry.get("each", [])}
    for name, arguments in (variants or {path: entry.get("arguments", [])}).items():
        with open(name, "wb") as output:
            output.write(program.system_call_program(number, arguments))
        os.chmod(name, 0o755)


def make_bundle(case, variables, busybox, environment):
    """Writes the bundle of the case to `variables["bundle"]`."""
    bundle = variables["bundle"]
    os.makedirs(bundle)
    make_rootfs(os.path.join(bundle, "rootfs"), busybox)
    for entry in case.data.get("file", []):
        make_file(bundle, entry, variables)
    for entry in case.data.get("call", []):
        make_call(bundle, entry)
    with open(os.path.join(bundle, "config.json"), "w", encoding="utf-8") as output:
        json.dump(config_for(case.data, variables), output, indent=1)
    if "setup" in case.data:
        script = fill(case.data["setup"], variables)
        subprocess.run(["sh", "-eu", "-c", script], cwd=bundle, env=environment, check=True,
                       stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
