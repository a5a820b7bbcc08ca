"""Writes STATUS.md from the recorded results."""


def write(root, results):
    """Placeholder until the outside suites are recorded."""
    raise SystemExit("conformance: nothing recorded yet")
