"""The Python client as a peer: py_client.py [--once | --export FILE] PORT TABLE

Answers lines "rows FIRST LAST" with the nanoseconds until those rows are there as an Arrow table.
It has no viewports: each request is a new export. --once prints "rows" when the first 38 rows
are there and ends. --export writes all rows as csv through pyarrow, prints the nanoseconds that
it took from the open table on, and ends.
"""
import os
import sys
import time

import pyarrow.csv
from pydeephaven import Session

port, name = sys.argv[-2:]
session = Session("127.0.0.1", int(port), auth_type="Anonymous")
table = session.open_table(name)
if "--once" in sys.argv:
    table.head(38).to_arrow()
    print("rows", flush=True)
    os._exit(0)  # the threads of the session would go on
if "--export" in sys.argv:
    begin = time.monotonic_ns()
    pyarrow.csv.write_csv(table.to_arrow(), sys.argv[-3])
    print("ok %d" % (time.monotonic_ns() - begin), flush=True)
    os._exit(0)
print("ready", flush=True)
for line in sys.stdin:
    _, first, last = line.split()
    begin = time.monotonic_ns()
    table.slice(int(first), int(last) + 1).to_arrow()
    print("ok %d" % (time.monotonic_ns() - begin), flush=True)
os._exit(0)
