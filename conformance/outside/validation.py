"""The validation programs of opencontainers/runtime-tools."""

import glob
import os
import subprocess

from . import tap

LIMIT = 120


def programs(folder):
    """Names of the built programs (`make runtimetest validation-executables` in the checkout builds them)."""
    found = glob.glob(os.path.join(folder, "validation", "*", "*.t"))
    if not found or not os.path.exists(os.path.join(folder, "runtimetest")):
        raise SystemExit(f"conformance: {folder} is not built (make runtimetest validation-executables)")
    return sorted(os.path.basename(path)[:-2] for path in found)


def clean(wrapper):
    """Deletes every container that a program has left."""
    listed = subprocess.run([wrapper, "list", "-q"], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                            check=False, timeout=LIMIT).stdout
    for name in listed.split():
        subprocess.run([wrapper, "delete", "--force", name], stdin=subprocess.DEVNULL, capture_output=True,
                       check=False, timeout=LIMIT)


def run(folder, name, wrapper):
    """Runs one program; a program passes when it ends with 0 and none of its points failed."""
    path = os.path.join(folder, "validation", name, f"{name}.t")
    try:
        result = subprocess.run([path], cwd=folder, env={**os.environ, "RUNTIME": wrapper}, stdin=subprocess.DEVNULL,
                                capture_output=True, text=True, errors="replace", check=False, timeout=LIMIT)
        text, code = result.stdout, result.returncode
    except subprocess.TimeoutExpired as error:
        text, code = (error.stdout or b"").decode(errors="replace"), None
    clean(wrapper)
    points = tap.Points(text)
    failed = [point for point, outcome in points.outcomes.items() if outcome == "failed"]
    passes = code == 0 and not failed
    return {"outcome": "passed" if passes else "failed", "passed": points.count("passed"),
            "failed": len(failed), "skipped": points.count("skipped"),
            "why": "" if passes else ("too slow" if code is None else (failed[0] if failed else f"exit code {code}"))}
