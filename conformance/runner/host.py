"""What the host can do. A case that needs more is skipped with the name of the missing ability."""

import ctypes
import functools
import os
import platform
import re
import shutil
import subprocess

CGROUP_ROOT = "/sys/fs/cgroup"
CLONE_NEWNS = 0x00020000
MS_REC, MS_PRIVATE, MS_SHARED = 0x4000, 1 << 18, 1 << 20
PR_SET_CHILD_SUBREAPER = 36

libc = ctypes.CDLL(None, use_errno=True)


def isolate(hides_unified=False, is_subreaper=True):
    """Enters a mount namespace of our own whose mounts are shared among themselves, as on a systemd host.

    `hides_unified` takes the version 2 tree of a hybrid host away, for a runtime that refuses hybrid hosts.
    As a subreaper the caller becomes the parent of orphans and must collect them.
    """
    for result in (libc.unshare(CLONE_NEWNS),
                   libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None),
                   libc.mount(b"none", b"/", None, MS_REC | MS_SHARED, None),
                   libc.prctl(PR_SET_CHILD_SUBREAPER, int(is_subreaper), 0, 0, 0)):
        if result != 0:
            raise OSError(ctypes.get_errno(), "cannot make a private mount namespace (root is needed)")
    if hides_unified and os.path.ismount("/sys/fs/cgroup/unified"):
        libc.umount2(b"/sys/fs/cgroup/unified", 2)


@functools.cache
def controllers():
    """Mounted version 1 controllers and named hierarchies: name -> mount point."""
    found = {}
    with open("/proc/self/mountinfo", encoding="utf-8") as mounts:
        for line in mounts:
            before, after = line.rstrip("\n").split(" - ", 1)
            kind, _, options = after.split(" ", 2)
            if kind == "cgroup":
                for option in options.split(","):
                    found.setdefault(option.removeprefix("name="), before.split(" ")[4])
    return {name: point for name, point in found.items() if name not in ("rw", "ro", "xattr", "none")}


@functools.cache
def unified():
    """Mount point of the version 2 tree, or None."""
    with open("/proc/self/mountinfo", encoding="utf-8") as mounts:
        for line in mounts:
            before, after = line.split(" - ", 1)
            if after.startswith("cgroup2 "):
                return before.split(" ")[4]
    return None


def hierarchies():
    """Every mount point of a cgroup tree, version 1 or 2."""
    points = set(controllers().values())
    if unified():
        points.add(unified())
    return sorted(points)


@functools.cache
def capabilities():
    """Effective capability bits of the runner."""
    with open("/proc/self/status", encoding="utf-8") as status:
        return int(re.search(r"^CapEff:\s*(\S+)", status.read(), re.M).group(1), 16)


def kernel_at_least(text):
    """Whether the kernel is at least `major.minor`."""
    running = tuple(int(part) for part in re.match(r"(\d+)\.(\d+)", platform.release()).groups())
    return running >= tuple(int(part) for part in text.split("."))


def _quiet(*command):
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode == 0


def _has_controller(name):
    return name in controllers()


@functools.cache
def unified_controllers():
    """The controllers of the version 2 tree."""
    if unified() is None:
        return []
    with open(os.path.join(unified(), "cgroup.controllers"), encoding="utf-8") as names:
        return names.read().split()


def _has_cgroup_file(name):
    """A file such as blkio.weight, looked for in a cgroup that is no root."""
    point = controllers().get(name.split(".")[0]) if controllers() else unified()
    if point is None:
        return False
    probe = os.path.join(point, f"apus-probe-{os.getpid()}")
    os.mkdir(probe)
    try:
        return os.path.exists(os.path.join(probe, name))
    finally:
        os.rmdir(probe)


def _has_capability(number):
    return bool(capabilities() >> int(number) & 1)


def _has_tree(name):
    if name == "v1":
        return bool(controllers())
    if name == "hybrid":
        return bool(controllers()) and unified() is not None
    return unified() == CGROUP_ROOT


@functools.cache
def _block_device():
    for name in sorted(os.listdir("/sys/block")):
        if not name.startswith(("loop", "ram", "zram")):
            with open(f"/sys/block/{name}/dev", encoding="utf-8") as number:
                return number.read().strip()
    return None


def block_device():
    """`major:minor` of a whole block device of the host, or an empty string."""
    return _block_device() or ""


CHECKS = {
    "controller": _has_controller,
    "no-controller": lambda name: not _has_controller(name),
    "unified-controller": lambda name: name in unified_controllers(),
    "cgroup-file": _has_cgroup_file,
    "cgroup": _has_tree,
    "capability": _has_capability,
    "kernel": kernel_at_least,
    "filesystem": lambda name: _quiet("grep", "-qw", name, "/proc/filesystems"),
    "program": lambda name: shutil.which(name) is not None,
    "path": os.path.exists,
    "cpus": lambda count: (os.cpu_count() or 1) >= int(count),
    "machine": lambda name: platform.machine() == name,
    "userns": lambda _: _quiet("unshare", "-U", "true"),
    "no-resctrl": lambda _: not any(" resctrl " in line for line in open("/proc/mounts", encoding="utf-8")),
    "timens": lambda _: os.path.exists("/proc/self/ns/time"),
    "block-device": lambda _: _block_device() is not None,
    "systemd": lambda _: os.path.isdir("/run/systemd/system") and unified() == CGROUP_ROOT,
    "apparmor": lambda _: os.path.isdir("/sys/module/apparmor/parameters"),
    "selinux": lambda _: os.path.exists("/sys/fs/selinux/enforce"),
    "seccomp-action": lambda name: _quiet("grep", "-qw", name, "/proc/sys/kernel/seccomp/actions_avail"),
}


def missing(needs):
    """The first ability of the list that the host lacks, or None."""
    for need in needs:
        kind, _, value = need.partition(":")
        if not CHECKS[kind](value):
            return need
    return None
