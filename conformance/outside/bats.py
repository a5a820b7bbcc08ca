"""The integration tests of opencontainers/runc, which are written for bats."""

import fcntl
import glob
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import tempfile
import termios
import time

from runner import host

from . import images, tap

LIMIT = 1800
CGROUPS = "/sys/fs/cgroup"
BIN = os.path.join(os.path.dirname(os.path.realpath(__file__)), "bin")


def files(folder):
    """Names of the test files of a runc checkout."""
    found = glob.glob(os.path.join(folder, "tests", "integration", "*.bats"))
    if not found or not os.path.exists(os.path.join(folder, "tests", "cmd", "_bin", "recvtty")):
        raise SystemExit(f"conformance: {folder} is not built (make test-binaries)")
    return sorted(os.path.basename(path)[:-5] for path in found)


def prepare(folder, work, cache):
    """Copies the tests into `work` and puts locally made images where they would put downloaded ones."""
    tests = os.path.join(work, "tests")
    if not os.path.isdir(tests):
        shutil.copytree(os.path.join(folder, "tests"), tests, symlinks=True)
        images.put(os.path.join(tests, "integration", "testdata"), cache)
    return os.path.join(tests, "integration")


def _environment(runtime):
    path = os.environ["PATH"]
    lacking = [name for name in ("gawk", "go") if shutil.which(name) is None]
    if lacking:
        path = f"{path}:{BIN}"
    return {**os.environ, "RUNC": runtime, "PATH": path}


def _become_controlling():
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _reap(own):
    """Collects orphans at once: tests wait two seconds for the end of killed processes, zombies included."""
    while True:
        found = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if found is None or found.si_pid == own:
            return
        os.waitpid(found.si_pid, 0)


def _end_leftovers(own, output):
    """Kills what failed tests have left once all points are printed: it may hold the pipe that bats waits for."""
    text = os.pread(output.fileno(), 1 << 22, 0).decode(errors="replace")
    plan = re.search(r"^1\.\.(\d+)$", text, re.MULTILINE)
    if plan is None or len(re.findall(r"^(?:not )?ok ", text, re.MULTILINE)) < int(plan.group(1)):
        return
    with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as children:
        for pid in children.read().split():
            if int(pid) != own:
                os.kill(int(pid), signal.SIGKILL)


def _converse(command, folder, environment, output):
    """Runs bats with a terminal of its own, which tests of foreground terminals need; returns its whole output."""
    master, slave = pty.openpty()
    process = subprocess.Popen(command, cwd=folder, env=environment, stdin=slave, stdout=output,
                               stderr=subprocess.STDOUT, preexec_fn=_become_controlling)
    os.close(slave)
    deadline = time.monotonic() + LIMIT
    while process.poll() is None and time.monotonic() < deadline:
        _reap(process.pid)
        if time.time() - os.fstat(output.fileno()).st_mtime > 10:
            _end_leftovers(process.pid, output)
        if select.select([master], [], [], 0.1)[0]:
            try:
                os.read(master, 65536)
            except OSError:
                time.sleep(0.1)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    os.close(master)
    output.seek(0)
    return output.read().decode(errors="replace")


def _leftovers():
    """Plain folders in the tmpfs above the cgroup mounts, and cgroups that bear the name of these tests."""
    found = set()
    for name in os.listdir(CGROUPS):
        top = os.path.join(CGROUPS, name)
        start = os.path.join(top, "runc-cgroups-integration-test") if os.path.ismount(top) else top
        found.update(folder for folder, _, _ in os.walk(start))
    return found


def _tidy(before):
    """Removes what a file has left there, deepest first; what is still in use stays."""
    made = ["/non-existent-dir/state", "/non-existent-dir"]  # by runc 1.1, which makes the root that `list` is given
    for folder in sorted(_leftovers() - before, key=len, reverse=True) + made:
        try:
            os.rmdir(folder)
        except OSError:
            pass


def run(folder, name, runtime):
    """Runs one file with the runtime; `folder` is what `prepare` returned."""
    command = ["bats", "--tap", os.path.join(folder, f"{name}.bats")]
    before = _leftovers()
    host.libc.prctl(host.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    with tempfile.TemporaryFile() as output:
        text = _converse(command, folder, _environment(runtime), output)
    host.libc.prctl(host.PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)
    _tidy(before)
    points = tap.Points(text)
    return {"passed": points.count("passed"), "failed": points.count("failed"),
            "skipped": points.count("skipped"), "points": points.outcomes}, text
