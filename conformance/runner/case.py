"""A case file: what must hold, the bundle it needs, the steps and what each of them must show."""

import os
import tomllib

CASE_KEYS = {
    "holds", "spec", "needs", "known", "script", "args", "config", "without", "setup", "cleanup", "leaves",
    "call", "file", "step",
}
EXPECTATION_KEYS = {
    "code", "fails", "stdout", "stdout_has", "stdout_lacks", "stderr", "stderr_has", "stderr_lacks", "json", "within",
}
STEP_KINDS = {
    "runtime", "host", "inside", "state", "cgroup", "status", "output_of", "ends", "console", "pidfd", "agent",
}
STEP_OPTIONS = {
    "name", "global", "stdin", "background", "timeout", "env", "tty", "dialog", "size", "pass_fds", "id",
    "shows", "sends", "signal", "errno", "calls", "bare", "cwd", "count", "umask",
}


class CaseError(Exception):
    """The case file itself is wrong."""


class Case:
    """One case. `name` is its path below conformance/ without the ending."""

    def __init__(self, root, path):
        self.path = path
        self.name = os.path.relpath(path, root)[:-len(".toml")]
        try:
            with open(path, "rb") as source:
                self.data = tomllib.load(source)
        except tomllib.TOMLDecodeError as error:
            raise CaseError(f"{self.name}: {error}") from None
        self._check()
        self.holds = self.data["holds"]
        self.needs = self.data.get("needs", [])
        self.known = self.data.get("known", {})
        self.steps = self.data.get("step") or [self._only_step()]

    def _only_step(self):
        step = {key: value for key, value in self.data.items() if key in EXPECTATION_KEYS}
        return {"runtime": "run {id}", **step}

    def _check(self):
        if not self.data.get("holds"):
            raise CaseError(f"{self.name}: 'holds' is missing")
        allowed = CASE_KEYS if "step" in self.data else CASE_KEYS | EXPECTATION_KEYS
        unknown = set(self.data) - allowed
        if unknown:
            raise CaseError(f"{self.name}: unknown keys {sorted(unknown)}")
        expects = bool(set(self.data) & EXPECTATION_KEYS)
        for number, step in enumerate(self.data.get("step", []), 1):
            self._check_step(number, step)
            expects = expects or bool(set(step) & (EXPECTATION_KEYS | STEP_KINDS))
        if not expects:
            raise CaseError(f"{self.name}: expects nothing, so it cannot fail")

    def _check_step(self, number, step):
        kinds = set(step) & STEP_KINDS
        if len(kinds) != 1:
            raise CaseError(f"{self.name}: step {number} needs one kind of {sorted(STEP_KINDS)}")
        unknown = set(step) - STEP_KINDS - STEP_OPTIONS - EXPECTATION_KEYS
        if unknown:
            raise CaseError(f"{self.name}: step {number}: unknown keys {sorted(unknown)}")


def find_cases(root, filters):
    """Every case below `root` whose name contains one of the filters (all without filters), in order."""
    cases = []
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in ("runner", "outside", "__pycache__"))
        for name in sorted(files):
            if name.endswith(".toml"):
                cases.append(Case(root, os.path.join(folder, name)))
    cases.sort(key=lambda case: case.name)
    if filters:
        cases = [case for case in cases if any(part in case.name for part in filters)]
    return cases
