"""Recorded results of the outside suites, and the table that sets two runtimes side by side."""

import json
import os
import re
import shutil
import subprocess
import tomllib

REASONS = os.path.join(os.path.dirname(os.path.realpath(__file__)), "reasons.toml")


def find(runtime):
    """The absolute path of a runtime given by name or path."""
    return shutil.which(runtime) or os.path.abspath(runtime)


def version(runtime):
    """`runc 1.1.5+ds1` from `runc version 1.1.5+ds1`."""
    shown = subprocess.run([runtime, "--version"], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                           check=False, timeout=20).stdout
    found = re.match(r"(\S+) version (\S+)", shown)
    return f"{found.group(1)} {found.group(2)}" if found else os.path.basename(runtime)


def reasons(title):
    """Reasons for what fails, by suite: name of a program or of a bats test -> sentence."""
    with open(REASONS, "rb") as source:
        return tomllib.load(source).get(title, {})


def reason(point, known):
    """The reason for a point: its own, or that of its whole file."""
    return known.get(point) or known.get(point.partition(": ")[0], "")


class Record:
    """The results of one runtime for one suite, kept in a file."""

    def __init__(self, folder, title, runtime):
        self.version = version(runtime)
        stem = f"{title}-{re.sub('[^A-Za-z0-9.+-]', '-', self.version)}"
        self.path = os.path.join(folder, f"{stem}.json")
        self.outputs = os.path.join(folder, stem)
        os.makedirs(folder, exist_ok=True)
        self.entries = {}
        if os.path.exists(self.path):
            with open(self.path, encoding="utf-8") as source:
                self.entries = json.load(source)["entries"]

    def forget(self, names):
        """Drops earlier results of the names."""
        for name in names:
            self.entries.pop(name, None)

    def save(self):
        """Writes the file."""
        with open(f"{self.path}.part", "w", encoding="utf-8") as output:
            json.dump({"runtime": self.version, "entries": self.entries}, output, indent=1)
        os.rename(f"{self.path}.part", self.path)

    def keep_output(self, name, text):
        """Keeps the whole output of a test file for a look at its failures."""
        os.makedirs(self.outputs, exist_ok=True)
        with open(os.path.join(self.outputs, f"{name}.txt"), "w", encoding="utf-8") as output:
            output.write(text)


def counts(entry):
    """`passed/failed/skipped` of one program or file."""
    return f"{entry['passed']}/{entry['failed']}/{entry['skipped']}" if entry else "-"


def lost_points(name, reference, entry):
    """What the reference passes and the runtime does not."""
    if "points" not in reference:
        return [name] if reference["outcome"] == "passed" and entry["outcome"] != "passed" else []
    passed = [point for point, outcome in reference["points"].items() if outcome == "passed"]
    return [f"{name}: {point}" for point in passed if entry["points"].get(point) != "passed"]


def side_by_side(title, names, records):
    """Prints the table; returns what the last record loses against the first without a recorded reason."""
    width = max([len(name) for name in names] + [20])
    versions = "  ".join(f"{record.version:<20}" for record in records)
    print(f"{title:<{width}}  {versions}  (passed/failed/skipped)")
    known, lost = reasons(title), []
    for name in names:
        entries = [record.entries.get(name) for record in records]
        cells = [f"{entry.get('outcome', '')} {counts(entry)}".strip() for entry in entries]
        print(f"{name:<{width}}  " + "  ".join(f"{cell:<20}" for cell in cells))
        if len(records) == 2:
            lost += [point for point in lost_points(name, *entries) if not reason(point, known)]
    _print_totals(title, names, records)
    for point in lost:
        print(f"LOST {point}")
    return lost


def _print_totals(title, names, records):
    for record in records:
        entries = [record.entries[name] for name in names]
        sums = "/".join(str(sum(entry[key] for entry in entries)) for key in ("passed", "failed", "skipped"))
        programs = [entry for entry in entries if entry.get("outcome") == "passed"]
        whole = f"{len(programs)} of {len(entries)} programs, " if title == "validation" else ""
        print(f"{record.version}: {whole}{sums} points (passed/failed/skipped)")
