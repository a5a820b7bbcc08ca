"""Suites of other projects, run against a runtime beside a reference."""
