"""Reads csv or tsv with Python's own reader and prints every cell in hexadecimal, a line for
each row and a blank between cells.

usage: read_text.py FILE SEPARATOR
"""

import csv
import sys

csv.field_size_limit(1 << 30)
with open(sys.argv[1], encoding="utf-8", errors="surrogateescape", newline="") as f:
    for row in csv.reader(f, delimiter=sys.argv[2]):
        print(" ".join(c.encode("utf-8", "surrogateescape").hex() for c in row or [""]))
