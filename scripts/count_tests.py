"""Prints "N passed, N failed, N skipped" for a JUnit file that ctest wrote.

usage: count_tests.py FILE CTEST_STATUS

Exits 1 when a test failed, when none ran, or when ctest itself was not content.
"""

import sys
import xml.etree.ElementTree as ElementTree


def count(path):
    passed = failed = skipped = 0
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        status = case.get("status")
        if status == "run":
            passed += 1
        elif status in ("notrun", "disabled"):
            # ctest says notrun both for exit code 77 and for a program that is not there.
            skip = case.find("skipped")
            why = skip.get("message", "") if skip is not None else ""
            if status == "disabled" or "SKIP_" in why:
                skipped += 1
            else:
                failed += 1
        else:
            failed += 1
    return passed, failed, skipped


def main():
    path, status = sys.argv[1], int(sys.argv[2])
    try:
        passed, failed, skipped = count(path)
    except (OSError, ElementTree.ParseError) as e:
        print("no test results: %s" % e, file=sys.stderr)
        passed, failed, skipped = 0, 1, 0
    if failed == 0 and (status != 0 or passed + skipped == 0):
        print("ctest ended with status %d, %d tests" % (status, passed + skipped),
              file=sys.stderr)
        failed = 1
    print("%d passed, %d failed, %d skipped" % (passed, failed, skipped), flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
