"""Writes STATUS.md from the results that `run` and `run-outside` have recorded."""

import glob
import json
import os

from outside import results

HEAD = """# Conformance status

Written by a command, not to be edited. Reasons stand in the case files and in `outside/reasons.toml`. Numbers are
passed/failed/skipped. To make it again, as root, with checkouts of runtime-tools and runc whose tests are built:

```
export RUNTIME=build/bin/apus RUNTIME_TOOLS=runtime-tools RUNC_TESTS=runc
conformance/run
REFERENCE=runc/runc conformance/run-outside
conformance/run --status
```
"""


def _records(folder, title):
    """The recorded results of one suite, ours first."""
    found = []
    for path in glob.glob(os.path.join(folder, f"{title}-*.json")):
        with open(path, encoding="utf-8") as source:
            found.append(json.load(source))
    return sorted(found, key=lambda record: (not record["runtime"].startswith("apus"), record["runtime"]))


def _table(head, rows):
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    return lines + [f"| {' | '.join(str(cell).replace('|', '/') for cell in row)} |" for row in rows]


def _own_counts(record, folder):
    words = [case["outcome"] for case in record["cases"] if folder in ("", os.path.dirname(case["name"]))]
    skipped = words.count("skipped") + words.count("known")
    return f"{words.count('passed')}/{words.count('failed')}/{skipped}"


def _own(records):
    """Counts per folder, then what a runtime fails or skips and why."""
    folders = sorted({os.path.dirname(case["name"]) for record in records for case in record["cases"]})
    rows = [[folder] + [_own_counts(record, folder) for record in records] for folder in folders]
    rows.append(["all"] + [_own_counts(record, "") for record in records])
    lines = ["## Own cases", ""] + _table(["folder"] + [record["runtime"] for record in records], rows)
    exceptions = [[case["name"], record["runtime"], case["outcome"], case["reason"].split("\n")[0]]
                  for record in records for case in record["cases"] if case["outcome"] != "passed"]
    if exceptions:
        lines += ["", "### Not passed, and why", ""]
        lines += _table(["case", "runtime", "outcome", "reason"], sorted(exceptions))
    return lines


def _cell(entry):
    return f"{entry.get('outcome', '')} {results.counts(entry)}".strip() if entry else "-"


def _sum(record):
    """Counts over a whole suite, with the number of programs where a program passes or fails as one."""
    entries = list(record["entries"].values())
    sums = "/".join(str(sum(entry[key] for entry in entries)) for key in ("passed", "failed", "skipped"))
    if entries and "outcome" in entries[0]:
        passed = sum(entry["outcome"] == "passed" for entry in entries)
        return f"{passed} of {len(entries)} passed, {sums}"
    return sums


def _reason(name, record, known):
    entry = record["entries"].get(name)
    if entry is None or entry.get("outcome") == "passed":
        return ""
    return known.get(name, entry.get("why", ""))


def _outside(title, heading, records):
    """Counts per program or file, ours beside the others."""
    names = sorted({name for record in records for name in record["entries"]})
    known = results.reasons(title)
    head = [title] + [record["runtime"] for record in records]
    rows = [[name] + [_cell(record["entries"].get(name)) for record in records] for name in names]
    rows.append(["all"] + [_sum(record) for record in records])
    if title == "validation":
        head.append(f"why {records[0]['runtime']} fails")
        rows = [row + [_reason(row[0], records[0], known)] for row in rows]
    lines = [f"## {heading}", ""] + _table(head, rows)
    if title == "bats":
        failing = [f"{name}: {point}" for name, entry in sorted(records[0]["entries"].items())
                   for point, outcome in entry["points"].items() if outcome == "failed"]
        lines += ["", f"### What {records[0]['runtime']} fails, and why", ""]
        rows = [[point, _passers(point, records[1:]), results.reason(point, known)] for point in failing]
        lines += _table(["test", "passed by", "reason"], rows)
    return lines


def _passers(point, records):
    name, _, test = point.partition(": ")
    passers = [record["runtime"] for record in records
               if record["entries"].get(name, {}).get("points", {}).get(test) == "passed"]
    return ", ".join(passers)


def write(root, folder):
    """Writes STATUS.md from everything that is recorded in the folder."""
    parts = [HEAD.rstrip()]
    own = _records(folder, "own")
    if own:
        parts.append("\n".join(_own(own)))
    for title, heading in (("validation", "Validation programs of runtime-tools"), ("bats", "Tests of runc")):
        records = _records(folder, title)
        if records:
            parts.append("\n".join(_outside(title, heading, records)))
    if len(parts) == 1:
        raise SystemExit("conformance: nothing recorded yet")
    with open(os.path.join(root, "STATUS.md"), "w", encoding="utf-8") as output:
        output.write("\n\n".join(parts) + "\n")
