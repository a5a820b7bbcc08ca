"""Runs cases and tells the outcome: a line per case, the counts at the end."""

import json
import os
import re
import shutil
import subprocess
import tempfile
import time

from . import bundle, host
from .leaks import Ledger, remove_tree
from .session import Session, StepFailed


class Outcome:
    """The result of one case: passed, failed, skipped or known, with the reason."""

    def __init__(self, case, word, reason="", seconds=0.0):
        self.case, self.word, self.reason, self.seconds = case, word, reason, seconds

    def line(self):
        """The line that is printed."""
        marks = {"passed": "ok  ", "failed": "FAIL", "skipped": "skip", "known": "skip"}
        text = f"{marks[self.word]} {self.case.name} ({self.seconds:.2f} s)"
        if self.word == "failed":
            return f"{text}\n     {self.case.holds}\n     {self.reason}"
        return f"{text}: {self.reason}" if self.reason else text


class Runner:
    """Everything that is the same for all cases of a run."""

    def __init__(self, runtime):
        self.runtime = shutil.which(runtime) or os.path.abspath(runtime)
        self.version = self._version()
        self.work = tempfile.mkdtemp(prefix="apus-conformance-")
        os.chmod(self.work, 0o755)
        self.cgroup = f"/apusconf-{os.getpid()}"
        self.busybox = self._busybox()
        self.number = 0

    def _version(self):
        """`runc 1.1.5+ds1` from `runc version 1.1.5+ds1`."""
        shown = subprocess.run([self.runtime, "--version"], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                               check=False, timeout=20).stdout
        found = re.match(r"(\S+) version (\S+)", shown)
        return f"{found.group(1)} {found.group(2)}" if found else os.path.basename(self.runtime)

    def _busybox(self):
        path = shutil.which("busybox")
        if path is None:
            raise SystemExit("conformance: busybox is missing (apt-get install busybox-static)")
        with open(path, "rb") as program:
            if b"/ld-linux" in program.read(4096):
                raise SystemExit("conformance: busybox is not static (apt-get install busybox-static)")
        return path

    def variables(self):
        """The names that a case may use in braces."""
        self.number += 1
        work = os.path.join(self.work, str(self.number))
        os.makedirs(work)
        case_id = f"apusconf-{os.getpid()}-{self.number}-"
        names = {"id": f"{case_id}a", "id2": f"{case_id}b", "id3": f"{case_id}c", "work": work,
                 "bundle": f"{work}/bundle", "rootfs": f"{work}/bundle/rootfs", "state": f"{work}/state",
                 "cgroup": self.cgroup, "runtime": self.runtime, "rt": f"{work}/rt", "pid": "0",
                 "console": f"{work}/console.sock", "pidfd": f"{work}/pidfd.sock", "agent": f"{work}/agent.sock",
                 "blockdev": host.block_device()}
        with open(names["rt"], "w", encoding="utf-8") as output:
            output.write(f'#!/bin/sh\nexec "{self.runtime}" --root "{names["state"]}" "$@"\n')
        os.chmod(names["rt"], 0o755)
        return names, case_id

    def run(self, case):
        """Runs one case from a clean host to a clean host."""
        lacking = host.missing(case.needs)
        if lacking:
            return Outcome(case, "skipped", f"needs {lacking}")
        started = time.monotonic()
        wrong = self._run_and_sweep(case)
        seconds = time.monotonic() - started
        known = next((reason for name, reason in case.known.items() if self.version.startswith(name)), None)
        if known and wrong:
            return Outcome(case, "known", f"known of {self.version}: {known}", seconds)
        if known:
            return Outcome(case, "failed", f"passes, although recorded as failing: {known}", seconds)
        return Outcome(case, "failed" if wrong else "passed", "\n     ".join(wrong), seconds)

    def _run_and_sweep(self, case):
        variables, case_id = self.variables()
        session = Session(case, self.runtime, variables)
        ledger = Ledger(case_id, variables["state"], session.tracked)
        session.reap = ledger.reap
        wrong = []
        try:
            bundle.make_bundle(case, variables, self.busybox, session.environment())
            for number, step in enumerate(case.steps, 1):
                try:
                    session.perform(step)
                except (StepFailed, OSError, ValueError, subprocess.SubprocessError) as failure:
                    wrong.append(f"step {number}: {failure}")
                    break
                ledger.reap()
            wrong += self._end(case, session, ledger, bool(wrong))
        except subprocess.CalledProcessError as error:
            wrong.append(f"setup: exit code {error.returncode}: {error.stderr.decode(errors='replace')}")
        finally:
            session.close()
            ledger.sweep()
            remove_tree(variables["work"])
        return wrong

    def _end(self, case, session, ledger, failed):
        """Deletes what the case has left on purpose, then looks for leaks."""
        wrong = []
        expected = session.expected_ids | {session.fill(name) for name in case.data.get("leaves", [])}
        for name in sorted(set(ledger.states()) if failed else expected):
            running = session.start(session.command(["delete", "--force", name]), {"cwd": "/"})
            try:
                code = session.finish(running, {})
            except StepFailed as failure:
                wrong.append(f"delete --force {name}: {failure}")
                continue
            if code != 0 and not failed:
                wrong.append(f"delete --force {name}: exit code {code}: {running.output()[1].strip()}")
        for process in session.processes:
            if process.poll() is None and not failed:
                if not session.await_end(process, 2):
                    wrong.append(f"left running by a step: {process.args}")
        if "cleanup" in case.data:
            subprocess.run(["sh", "-c", session.fill(case.data["cleanup"])], cwd=session.variables["work"],
                           env=session.environment(), check=False, capture_output=True, timeout=60)
        if not failed:
            wrong += [f"left behind: {item}" for item in ledger.found()]
        return wrong

    def close(self):
        """Removes the work folder and the parent cgroups."""
        for point in host.hierarchies():
            try:
                os.rmdir(os.path.join(point, self.cgroup.lstrip("/")))
            except OSError:
                pass
        remove_tree(self.work)


def counts(outcomes):
    """`N passed, N failed, N skipped`."""
    words = [outcome.word for outcome in outcomes]
    skipped = words.count("skipped") + words.count("known")
    text = f"{words.count('passed')} passed, {words.count('failed')} failed, {skipped} skipped"
    known = words.count("known")
    return f"{text} ({known} of the skipped are recorded limits of this runtime)" if known else text


def save(outcomes, runner, folder):
    """Keeps the results for the status table."""
    os.makedirs(folder, exist_ok=True)
    record = {"runtime": runner.version,
              "cases": [{"name": outcome.case.name, "outcome": outcome.word, "reason": outcome.reason}
                        for outcome in outcomes]}
    path = os.path.join(folder, f"own-{re.sub('[^A-Za-z0-9.+-]', '-', runner.version)}.json")
    with open(path, "w", encoding="utf-8") as output:
        json.dump(record, output, indent=1)
