"""Reads what a test program says in the Test Anything Protocol."""

import re

LINE = re.compile(r"^(ok|not ok)\b\s*(\d*)\s*-?\s*(.*)$")


class Points:
    """The points of one run: name -> passed, failed or skipped."""

    def __init__(self, text):
        self.outcomes = {}
        for line in text.splitlines():
            found = LINE.match(line)
            if found:
                self._add(*found.groups())

    def _add(self, word, number, rest):
        name, _, directive = rest.partition("# ")
        name = name.strip() or f"point {number}"
        outcome = "passed" if word == "ok" else "failed"
        if directive.lower().startswith("skip"):
            outcome = "skipped"
        while name in self.outcomes:
            name += "'"
        self.outcomes[name] = outcome

    def count(self, outcome):
        """How many points have the outcome."""
        return list(self.outcomes.values()).count(outcome)
