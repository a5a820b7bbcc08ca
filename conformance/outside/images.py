"""Root filesystem archives for the bats tests, made from Debian packages of this machine instead of downloads."""

import os
import platform
import shutil
import subprocess

ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}

PASSWD = """root:x:0:0:root:/root:/bin/sh
daemon:x:1:1:daemon:/usr/sbin:/bin/false
bin:x:2:2:bin:/bin:/bin/false
sys:x:3:3:sys:/dev:/bin/false
www-data:x:33:33:www-data:/var/www:/bin/false
nobody:x:65534:65534:nobody:/home:/bin/false
"""
GROUP = "root:x:0:\ndaemon:x:1:\nbin:x:2:\nsys:x:3:\ntty:x:5:\nwww-data:x:33:\nnogroup:x:65534:\n"
MOUNTPOINT = """#!/bin/sh
[ "$1" = -q ] && shift
awk -v point="$1" '$5 == point {found = 1} END {exit !found}' /proc/self/mountinfo
"""


def _write(path, text, mode=0o644):
    with open(path, "w", encoding="utf-8") as output:
        output.write(text)
    os.chmod(path, mode)


def _busybox_tree(root):
    for folder in ("bin", "dev", "etc", "home", "root", "tmp", "usr/bin", "usr/sbin", "var", "lib"):  # no /proc, /sys
        os.makedirs(os.path.join(root, folder))
    os.chmod(os.path.join(root, "tmp"), 0o1777)
    os.chmod(os.path.join(root, "root"), 0o700)
    busybox = os.path.join(root, "bin", "busybox")
    shutil.copyfile(shutil.which("busybox"), busybox)
    os.chmod(busybox, 0o755)
    for applet in subprocess.run([busybox, "--list"], capture_output=True, text=True, check=True).stdout.split():
        if applet != "busybox":
            os.link(busybox, os.path.join(root, "bin", applet))
    if not os.path.exists(os.path.join(root, "bin", "mountpoint")):
        _write(os.path.join(root, "bin", "mountpoint"), MOUNTPOINT, 0o755)
    _write(os.path.join(root, "etc", "passwd"), PASSWD)
    _write(os.path.join(root, "etc", "group"), GROUP)


def _debian_tree(root):
    subprocess.run(["debootstrap", "--variant=minbase", "bookworm", root], check=True, stdout=subprocess.DEVNULL)


def put(folder, cache):
    """Puts busybox and debian archives into `folder`, made once and kept in `cache`."""
    os.makedirs(cache, exist_ok=True)
    architecture = ARCHITECTURES[platform.machine()]
    for name, make in (("busybox", _busybox_tree), ("debian", _debian_tree)):
        archive = os.path.join(cache, f"{name}-{architecture}.tar.xz")
        if not os.path.exists(archive):
            tree = os.path.join(cache, f"{name}.tree")
            shutil.rmtree(tree, ignore_errors=True)
            make(tree)
            subprocess.run(["tar", "-C", tree, "--numeric-owner", "-I", "xz -0", "-cf", f"{archive}.part", "."],
                           check=True)
            os.rename(f"{archive}.part", archive)
            shutil.rmtree(tree)
        os.symlink(archive, os.path.join(folder, os.path.basename(archive)))
