#!/usr/bin/env python3
# Counts the tests of xUnit reports: prints "passed failed skipped" for an exit code and the reports that were written.
import os
import sys
import xml.etree.ElementTree as tree


def main():
    code = int(sys.argv[1])
    passed = failed = skipped = 0
    for path in sys.argv[2:]:
        if not os.path.exists(path) or os.path.getsize(path) == 0:
            continue
        for case in tree.parse(path).getroot().iter("testcase"):
            if case.find("failure") is not None or case.find("error") is not None:
                failed += 1
            elif case.find("skipped") is not None:
                skipped += 1
            else:
                passed += 1
    # A crash or a build error leaves no failed case behind, yet the run failed.
    if code != 0 and failed == 0:
        failed = 1
    print(passed, failed, skipped)


main()
