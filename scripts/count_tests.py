"""Prints "N passed, N failed, N skipped" for a JUnit file that ctest wrote.

usage: count_tests.py FILE CTEST_STATUS FAILED
       count_tests.py --self-test

FAILED is how much else failed: servers that were wanted and are not there. Exits 1 when
anything failed, when no test ran, or when ctest itself was not content.
"""

import contextlib
import io
import sys
import tempfile
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


def report(path, status, failed_before):
    """Prints the line and returns the exit code."""
    try:
        passed, failed, skipped = count(path)
    except (OSError, ElementTree.ParseError) as e:
        print("no test results: %s" % e, file=sys.stderr)
        passed, failed, skipped = 0, 1, 0
    if failed == 0 and (status != 0 or passed + skipped == 0):
        print("ctest ended with status %d, %d tests" % (status, passed + skipped),
              file=sys.stderr)
        failed = 1
    failed += failed_before
    print("%d passed, %d failed, %d skipped" % (passed, failed, skipped), flush=True)
    return 1 if failed else 0


def self_test():
    passed = '<testcase status="run"/>'
    skipped = '<testcase status="notrun"><skipped message="SKIP_RETURN_CODE=77"/></testcase>'
    absent = '<testcase status="notrun"><skipped message="Unable to find executable"/></testcase>'
    failed = '<testcase status="fail"/>'
    for cases, status, failed_before, wanted in [
            (passed + skipped, 0, 0, 0), (skipped, 0, 0, 0), ("", 0, 0, 1),
            (passed + failed, 8, 0, 1), (passed + absent, 8, 0, 1), (passed, 1, 0, 1),
            (passed, 0, 1, 1), (None, 0, 0, 1)]:
        with tempfile.NamedTemporaryFile("w", suffix=".xml") as f:
            if cases is not None:
                f.write("<testsuite>%s</testsuite>" % cases)
            f.flush()
            with contextlib.redirect_stdout(io.StringIO()), \
                    contextlib.redirect_stderr(io.StringIO()):
                code = report(f.name, status, failed_before)
            if code != wanted:
                sys.exit("%r, status %d, %d failed before: wanted exit code %d"
                         % (cases, status, failed_before, wanted))


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    return report(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))


if __name__ == "__main__":
    sys.exit(main())
