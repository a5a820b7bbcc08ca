"""The conformance runner: reads case files, drives a runtime, reports."""
