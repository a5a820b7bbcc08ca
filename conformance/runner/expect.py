"""Comparisons of what a step showed with what the case expects."""

import re


def _patterns(value):
    return value if isinstance(value, list) else [value]


def matches(expected, found):
    """Whether `found` fits: a `~` starts a regular expression, an object is a subset, a list is equal in length."""
    if isinstance(expected, str) and expected.startswith("~"):
        return re.search(expected[1:], str(found)) is not None
    if isinstance(expected, dict):
        return isinstance(found, dict) and all(
            (key in found and matches(value, found[key])) for key, value in expected.items())
    if isinstance(expected, list):
        return isinstance(found, list) and len(found) == len(expected) and all(map(matches, expected, found))
    return expected == found and isinstance(expected, bool) == isinstance(found, bool)


def clip(text, limit=600):
    """A text short enough for a report."""
    text = text.strip()
    return text if len(text) <= limit else f"{text[:limit]}... ({len(text)} characters)"


def _compare_text(name, step, text):
    wrong = []
    if name in step and text.strip() != step[name].strip():
        wrong.append(f"{name}: expected {step[name].strip()!r}, found {clip(text)!r}")
    for pattern in _patterns(step.get(f"{name}_has", [])):
        if not re.search(pattern, text, re.M):
            wrong.append(f"{name}: nothing matches {pattern!r} in {clip(text)!r}")
    for pattern in _patterns(step.get(f"{name}_lacks", [])):
        if re.search(pattern, text, re.M):
            wrong.append(f"{name}: {pattern!r} matches in {clip(text)!r}")
    return wrong


def compare(step, code, stdout, stderr):
    """Sentences about every expectation of the step that does not hold. Without `code` or `fails`, 0 is expected."""
    wrong = []
    if step.get("fails"):
        if code == 0:
            wrong.append("expected a failure, found exit code 0")
    elif code is not None and code not in _patterns(step.get("code", 0)):
        wrong.append(f"exit code: expected {step.get('code', 0)}, found {code}")
    wrong += _compare_text("stdout", step, stdout)
    wrong += _compare_text("stderr", step, stderr)
    if wrong and stderr.strip() and code not in _patterns(step.get("code", 0)):
        wrong.append(f"stderr was: {clip(stderr)}")
    return wrong
