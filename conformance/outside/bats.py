"""The integration tests of opencontainers/runc, which are written for bats."""

import glob
import os
import shutil
import subprocess

from . import images, tap

LIMIT = 1800
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


def run(folder, name, runtime):
    """Runs one file with the runtime; `folder` is what `prepare` returned."""
    command = ["bats", "--tap", os.path.join(folder, f"{name}.bats")]
    process = subprocess.Popen(command, cwd=folder, env=_environment(runtime), stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                               start_new_session=True)
    try:
        text, _ = process.communicate(timeout=LIMIT)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        text, _ = process.communicate()
    points = tap.Points(text)
    return {"passed": points.count("passed"), "failed": points.count("failed"),
            "skipped": points.count("skipped"), "points": points.outcomes}, text
