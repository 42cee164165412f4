"""Prints a table of coverage by file, then the branches that were never taken.

usage: coverage_table.py GCOVR_JSON
"""

import json
import sys


def percent(part, whole):
    return "%5.1f %%" % (100.0 * part / whole) if whole else "      -"


def counts(lines):
    """Lines run, lines, branches taken, branches."""
    branches = [b for line in lines for b in line["branches"]]
    return (sum(1 for line in lines if line["count"]), len(lines),
            sum(1 for b in branches if b["count"]), len(branches))


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        files = json.load(f)["files"]
    total = [0, 0, 0, 0]
    print("%-32s %17s %19s" % ("file", "lines", "branches"))
    for f in files:
        lines = [x for x in f["lines"] if not x.get("gcovr/noncode")]
        c = counts(lines)
        total = [a + b for a, b in zip(total, c)]
        print("%-32s %4d/%4d %s %5d/%5d %s" % (f["file"], c[0], c[1], percent(c[0], c[1]),
                                              c[2], c[3], percent(c[2], c[3])))
    print("%-32s %4d/%4d %s %5d/%5d %s" % ("all", total[0], total[1], percent(*total[:2]),
                                          total[2], total[3], percent(*total[2:])))
    print()
    for f in files:
        for line in f["lines"]:
            missed = [b for b in line["branches"] if not b["count"]]
            if missed and not line.get("gcovr/noncode"):
                print("%s:%d: %d of %d branches never taken%s" % (
                    f["file"], line["line_number"], len(missed), len(line["branches"]),
                    "" if line["count"] else ", never run"))


if __name__ == "__main__":
    main()
