"""The leak ledger: what a case must not leave behind, and the sweeping when it does."""

import os
import re
import shutil
import signal
import time

from . import host


def _children(pid="self"):
    found = []
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/children", encoding="utf-8") as children:
            found += [int(child) for child in children.read().split()]
    return found


def _is_zombie(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return False


def _words(pid):
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as line:
            return line.read().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return ""


def mounts():
    """Mount id and mount point of everything mounted in the namespace of the runner."""
    with open("/proc/self/mountinfo", encoding="utf-8") as lines:
        return {(fields[0], fields[4]) for fields in (line.split(" ") for line in lines)}


def remove_tree(path):
    """Removes a folder of ours, never across something that is still mounted below it."""
    below = [point for _, point in mounts() if point == path or point.startswith(path + "/")]
    if below:
        raise SystemExit(f"conformance: still mounted, left in place: {below}")
    shutil.rmtree(path, ignore_errors=True)


class Ledger:
    """Compares the host before and after one case."""

    def __init__(self, case_id, state, tracked):
        self.case_id = case_id
        self.state = state
        self.tracked = tracked          # pids whose exit somebody else collects
        self.mounts_before = mounts()

    def reap(self):
        """Collects orphans of containers that have ended; the runner is their parent as a subreaper."""
        for pid in _children():
            if pid not in self.tracked() and _is_zombie(pid):
                try:
                    os.waitpid(pid, os.WNOHANG)
                except ChildProcessError:
                    pass

    def processes(self):
        """Living processes that a case left to us."""
        self.reap()
        return [pid for pid in _children() if pid not in self.tracked()]

    def cgroups(self):
        """Cgroup folders of the case in any hierarchy, deepest first."""
        found = []
        for point in host.hierarchies():
            for folder, names, _ in os.walk(point, topdown=False):
                found += [os.path.join(folder, name) for name in names
                          if self.case_id in os.path.join(folder, name)]
        return sorted(set(found), key=len, reverse=True)

    def states(self):
        """Ids in the state root. A name with a character that no id may have is a cache, not a container."""
        if not os.path.isdir(self.state):
            return []
        return [name for name in os.listdir(self.state) if re.fullmatch(r"[\w+.-]+", name)]

    def found(self):
        """Everything that is left, in words; waits a moment for what is just ending."""
        deadline = time.monotonic() + 2
        while True:
            left = [f"process {pid}: {_words(pid)}" for pid in self.processes()]
            left += [f"cgroup {path}" for path in self.cgroups()]
            left += [f"mount {point}" for _, point in sorted(mounts() - self.mounts_before)]
            left += [f"lost mount {point}" for _, point in sorted(self.mounts_before - mounts())]
            left += [f"state {os.path.join(self.state, name)}" for name in self.states()]
            if not left or time.monotonic() > deadline:
                return left
            time.sleep(0.02)

    def sweep(self):
        """Removes by hand what is left, so that the next case starts clean."""
        for path in self.cgroups():
            self._thaw_and_kill(path)
        for pid in self.processes():
            os.kill(pid, signal.SIGKILL)
        for _, point in sorted(mounts() - self.mounts_before, key=lambda item: len(item[1]), reverse=True):
            host.libc.umount2(os.fsencode(point), 2)
        time.sleep(0.05)
        self.reap()
        for path in self.cgroups():
            try:
                os.rmdir(path)
            except OSError:
                pass
        for name in self.states():
            shutil.rmtree(os.path.join(self.state, name), ignore_errors=True)

    def _thaw_and_kill(self, path):
        frozen = os.path.join(path, "freezer.state")
        try:
            if os.path.exists(frozen):
                with open(frozen, "w", encoding="utf-8") as output:
                    output.write("THAWED")
            with open(os.path.join(path, "cgroup.procs"), encoding="utf-8") as members:
                for pid in members.read().split():
                    os.kill(int(pid), signal.SIGKILL)
        except (OSError, ValueError):
            pass
