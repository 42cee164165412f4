"""What scripts/bench runs: drives the tools of this folder and prints one table.

usage: bench.py [--runs N] [--quick] [--out FILE] [--list] [NAME...]

Nothing is timed here: bench_drive and bench_floor take the times, /proc/PID the CPU time, the
memory and the wake-ups. Ours and the floor (or the peer) are measured in turns within one run,
and compared within it.
"""

import argparse
import csv
import os
import random
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(ROOT, "build", "release")
HERE = os.path.join(ROOT, "tests", "bench")
DHVIEW = os.path.join(BUILD, "dhview")
KEPT = os.path.join(HERE, "README.md")  # the tables kept last
WORSE = 1.1  # times the ratio kept last
ROWS = 19  # of a table on a screen of 24 lines
FIGURE_S, START_S = 1200, 300  # a figure, or a server's start, that takes longer hangs
REPEAT_AFTER_US = 250000  # of keyboards the shortest: consoles and desktops have more
PAGE, BACK, END, TOP = "06", "02", "47", "6767"  # keys ^f ^b G gg, as hex


class Line:
    """A tool that answers one line for each line."""

    def __init__(self, *argv):
        self.process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, bufsize=1)

    def line(self):
        text = self.process.stdout.readline()
        if not text:
            raise RuntimeError("%s has ended" % self.process.args[0])
        return text.rstrip("\n")

    def ask(self, *fields, sep="\t"):
        self.process.stdin.write(sep.join(str(f) for f in fields) + "\n")
        self.process.stdin.flush()
        answer = self.line()
        if not answer.startswith("ok"):
            raise RuntimeError("%s: %s gave %s" % (self.process.args[0], fields, answer))
        return answer.split()[1:]

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Proxy(Line):
    def __init__(self, port, rtt_ms):
        super().__init__(os.path.join(BUILD, "bench_proxy"), str(port), str(rtt_ms * 500))
        self.port = int(self.line().split()[1])

    def stats(self):
        self.process.stdin.write("stats\n")
        self.process.stdin.flush()
        words = self.line().split()
        return {k: int(v) for k, v in zip(words[::2], words[1::2])}

    def command(self, text):
        self.ask(text)


class Floor(Line):
    def __init__(self, port, table):
        super().__init__(os.path.join(BUILD, "bench_floor"), str(port), table)
        self.pid = self.process.pid

    def run(self, *words):
        return [int(w) for w in self.ask(*words, sep=" ")]


class Drive(Line):
    """A program in a terminal."""

    def __init__(self):
        super().__init__(os.path.join(BUILD, "bench_drive"))
        self.pid = None

    def spawn(self, rows, cols, *argv):
        self.pid = int(self.ask("spawn", rows, cols, *argv)[0])

    def wait(self, *expect, ms=20000):
        return [int(w) for w in self.ask("wait", ms, *expect)]

    def key(self, keys, *expect, ms=20000):
        return [int(w) for w in self.ask("key", keys, ms, *expect)]

    def collect(self, ms):
        return [int(w) for w in self.ask("collect", ms)]

    def screen(self, rows):
        self.process.stdin.write("screen\n")
        self.process.stdin.flush()
        text = [self.line()[1:] for _ in range(rows)]
        self.line()
        return text

    def end(self):
        self.ask("end")


class Server:
    def __init__(self, interval_ms, *prefix):
        self.folder = tempfile.mkdtemp(prefix="bench-server-")
        ready = os.path.join(self.folder, "ready")
        self.control = os.path.join(self.folder, "control")
        self.log = open(os.path.join(self.folder, "log"), "w")
        self.process = subprocess.Popen(
            [*prefix, os.path.join(ROOT, "scripts", "server"), "--port", "0", "--interval-ms",
             str(interval_ms), "--heap", "1g", "--with-parent", str(os.getpid()),
             "--ready-file", ready, "--control", self.control], stdout=self.log, stderr=self.log)
        deadline = time.monotonic() + START_S
        while not os.path.exists(ready):
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.process.kill()
                raise RuntimeError("the server did not start, see " + self.log.name)
            time.sleep(0.2)
        with open(ready) as f:
            self.port = int(f.read().rsplit(":", 1)[1])

    def command(self, text):
        with socket.socket(socket.AF_UNIX) as s:
            s.connect(self.control)
            s.sendall((text + "\n").encode())
            answer = s.recv(1000).decode()
        if not answer.startswith("ok"):
            raise RuntimeError("the server's %s: %s" % (text.split()[0], answer))
        return answer

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)


# --- what /proc knows ---

def cpu_ns(pid):
    """CPU time of all threads; a thread that has ended is not counted."""
    total = 0
    for task in os.listdir("/proc/%d/task" % pid):
        with open("/proc/%d/task/%s/schedstat" % (pid, task)) as f:
            total += int(f.read().split()[0])
    return total


def threads(pid):
    """Thread id -> name, voluntary context switches, CPU ns."""
    found = {}
    for task in os.listdir("/proc/%d/task" % pid):
        base = "/proc/%d/task/%s/" % (pid, task)
        with open(base + "comm") as f:
            name = f.read().strip()
        with open(base + "status") as f:
            switches = next(int(x.split()[1]) for x in f if x.startswith("voluntary"))
        with open(base + "schedstat") as f:
            ns = int(f.read().split()[0])
        found[task] = (name, switches, ns)
    return found


def memory(pid):
    """KiB: resident, and of that anonymous."""
    with open("/proc/%d/status" % pid) as f:
        fields = dict(x.split(":", 1) for x in f)
    return int(fields["VmRSS"].split()[0]), int(fields["RssAnon"].split()[0])


def descriptors(pid):
    return len(os.listdir("/proc/%d/fd" % pid))


# --- numbers and the table ---

def p(values, percent):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def ms(ns):
    return "%.2f ms" % (ns / 1e6)


def both(values):
    return "%.2f / %.2f ms" % (p(values, 50) / 1e6, p(values, 99) / 1e6)


class Table:
    HEAD = ["figure", "ours", "floor", "ratio", "target", "verdict"]

    def __init__(self):
        self.rows = []

    def add(self, figure, ours, floor, ratio, target, met):
        verdict = {True: "met", False: "missed", None: "-"}[met]
        ratio = "%.2f" % ratio if isinstance(ratio, float) else ratio
        self.rows.append([figure, ours, floor, ratio, target, verdict])
        print("  " + " | ".join(self.rows[-1]), file=sys.stderr, flush=True)

    def text(self):
        rows = [self.HEAD, ["---"] * 6] + self.rows
        return "\n".join("| " + " | ".join(r) + " |" for r in rows)

    def worse(self, kept):
        """Lines about figures whose ratio is worse than that of the same figure in a text
        with tables, or that were met there and are not now. Ratios are measured in one run,
        so they compare between machines where times do not."""
        before = {}
        for line in kept.splitlines():
            row = [field.strip() for field in line.strip("| ").split(" | ")]
            if len(row) == len(self.HEAD):
                before[row[0]] = row  # the newest is the last
        for row in self.rows:
            old = before.get(row[0])
            if not old:
                continue
            new, was = number(row[3]), number(old[3])
            if was > WORSE * new if row[4].startswith(">=") else new > WORSE * was:
                yield "%s: ratio %s, was %s" % (row[0], row[3], old[3])
            elif (row[5], old[5]) == ("missed", "met"):
                yield "%s: missed, was met (%s; was %s)" % (row[0], row[1], old[1])


def number(text):
    """NaN where there is none: it is above nothing."""
    try:
        return float(text)
    except ValueError:
        return float("nan")


def settle():
    """Between two keys: longer than a frame, and not in step with anything."""
    time.sleep(0.03 + random.random() * 0.02)


def turns(*measure):
    """Runs them in an order that favours none, each after a rest."""
    for f in random.sample(measure, len(measure)):
        settle()
        f()


def dhview(drive, port, table, *options, rows=24, cols=80, before=()):
    drive.spawn(rows, cols, *before, DHVIEW, "--auth", "anonymous", *options,
                "127.0.0.1:%d/%s" % (port, table))


def open_table(drive, port, table, *options, rows=24, cols=80, before=()):
    dhview(drive, port, table, *options, rows=rows, cols=cols, before=before)
    drive.wait("-1:live", "3:│", "whole", "%d: of " % (rows - 2), ms=60000)
    time.sleep(0.3)


# --- figures ---

def start(d, port):
    dhview(d, port, "million")
    return d.wait("3:row-0 ", "21:row-18 ", "whole")[0]


def bare(d, port, table):
    d.spawn(24, 80, os.path.join(BUILD, "bench_floor"), "--once", port, table)
    return d.wait("0:rows")[0]


def starts(port, n, before):
    """ns of n starts each, ours and the floor's, of which before() comes before each."""
    ours, floor = [], []
    with Drive() as d:
        bare(d, port, "million")  # a server's first answer of all is slow
        for _ in range(n):
            d.end()
            before()
            ours.append(start(d, port))
            d.end()
            before()
            floor.append(bare(d, port, "million"))
        d.end()
    return ours, floor


def files_of_start(port):
    with Drive() as d:
        start(d, port)
        with open("/proc/%d/maps" % d.pid) as f:
            paths = {line.split()[-1] for line in f}
        d.end()
    return {f for f in paths if os.path.isfile(f)} | {os.path.join(BUILD, "bench_floor")}


def make_cold(files):
    """They leave memory, as far as nobody else has them mapped."""
    for path in files:
        fd = os.open(path, os.O_RDONLY)
        os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(fd)


def add_start(b, name, ours, floor, most):
    over = (p(ours, 50) - p(floor, 50)) / 1e6
    b.table.add("start: exec to first painted rows, %s, p50 / p99" % name, both(ours),
                both(floor), p(ours, 50) / p(floor, 50),
                "p50 <= floor + %d ms (is %+.2f)" % (most, over), over <= most)


def figure_start(b):
    """exec to first painted rows"""
    for rtt in (0, 20, 50, 100):
        with Proxy(b.port, rtt) as proxy:
            ours, floor = starts(proxy.port, b.runs * b.count(4 if rtt else 10), lambda: None)
        add_start(b, "RTT %d ms" % rtt, ours, floor, 4 if rtt else 6)
        if rtt == 0 and python(b):
            peer_start(b, ours)
    files = files_of_start(b.port)
    ours, floor = starts(b.port, b.runs * b.count(5), lambda: make_cold(files))
    add_start(b, "cold files, RTT 0 ms", ours, floor, 6)


def peer_start(b, ours):
    got = []
    with Drive() as d:
        for _ in range(b.runs * b.count(4)):
            d.spawn(24, 80, *python(b, "--once", str(b.port), "million"))
            got.append(d.wait("-1:rows")[0])
            d.end()
    b.table.add("start: the same against the Python client, p50 / p99", both(ours),
                both(got) + " (Python)", p(ours, 50) / p(got, 50), "", None)


def figure_end(b):
    """G on 10^9 and 10^3 rows"""
    big, small, floor = [], [], []
    with Drive() as d1, Drive() as d2, Floor(b.port, "billion") as f:
        open_table(d1, b.port, "billion")
        open_table(d2, b.port, "small")
        f.run("open", 0, 37, 0, 7, 0, 0)
        for _ in range(b.runs * b.count(40)):
            turns(lambda: big.append(d1.key(END, "21:1,000,000,000", "whole")[0]),
                  lambda: small.append(d2.key(END, "21:1,000│", "whole")[0]),
                  lambda: floor.append(f.run("ask", 0, 37, 0, 7, 1)[0]))
            settle()
            d1.key(TOP, "3: 1│", "whole")
            d2.key(TOP, "3: 1│", "whole")
            f.run("ask", 0, 37, 0, 7, 0)
    ratio = p(big, 50) / p(small, 50)
    b.table.add("end: G on 10^9 rows against G on 10^3, p50 / p99", both(big),
                both(small) + " (10^3)", ratio, "1.00 +- 0.05", 0.95 <= ratio <= 1.05)
    over = p(big, 50) - p(floor, 50)
    b.table.add("end: G on 10^9 rows", both(big), both(floor), p(big, 50) / p(floor, 50),
                "p50 <= floor + 1.5 ms (is %+.2f)" % (over / 1e6), over <= 1.5e6)


def csv_file(b, n=60000):
    """The cells of the first n rows of million, as dhview writes them."""
    path = os.path.join(b.folder, "million.csv")
    if os.path.exists(path):
        return path
    with open(path, "w", newline="") as f:
        out = csv.writer(f)
        for i in range(n):
            at = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(1704067200 + i))
            out.writerow([i, "row-%d" % i, i * 0.25, "" if i % 5 == 0 else i % 1000,
                          str(i % 3 == 0).lower(), at, chr(97 + i % 26), i * i % 1000003])
    return path


def pages(b, rows, cols):
    """Page keys in dhview and in less, in turns: times, bytes, frames."""
    ours, less = [], []
    step = rows - 5
    with Drive() as d, Drive() as l:
        open_table(d, b.port, "million", rows=rows, cols=cols)
        l.spawn(rows, cols, "/usr/bin/less", "-S", csv_file(b))
        l.wait("0:row-0")
        for i in range(b.runs * b.count(100)):
            top, line = (i + 1) * step, (i + 1) * (rows - 1)
            turns(lambda: ours.append(d.key(PAGE, "3:row-%d " % top, "whole")),
                  lambda: less.append(l.key("66", "0:row-%d," % line)))  # f
    return ours, less


def figure_page(b):
    """page key inside what is held, against less"""
    for rows, cols in ((24, 80), (50, 200)):
        ours, less = pages(b, rows, cols)
        mine, peer = [x[0] for x in ours], [x[0] for x in less]
        size = "%dx%d" % (cols, rows)
        waited = sum(1 for x in ours if x[2] > 1)
        b.table.add("page: page key to last byte, %s, p50 / p99" % size, both(mine),
                    both(peer) + " (less)", p(mine, 50) / p(peer, 50),
                    "p50 <= less, p99 <= 1 ms",
                    p(mine, 50) <= p(peer, 50) and p(mine, 99) <= 1e6)
        b.table.add("page: keys whose rows came in a later frame, %s" % size, str(waited),
                    "0", "", "0 of %d" % len(ours), waited == 0)
        mine, peer = statistics.mean(x[1] for x in ours), statistics.mean(x[1] for x in less)
        b.table.add("terminal: bytes of a page, %s, mean" % size, "%.0f" % mine,
                    "%.0f (less)" % peer, mine / peer, "<= less", mine <= peer)
        # less shows more rows on the same screen
        per_row = mine / (rows - 5), peer / (rows - 1)
        b.table.add("terminal: bytes of a row of a page, %s, mean" % size,
                    "%.1f" % per_row[0], "%.1f (less)" % per_row[1],
                    per_row[0] / per_row[1], "<= less", per_row[0] <= per_row[1])


def figure_random(b):
    """random row of 10^9"""
    got, floor = [], []
    with Drive() as d, Floor(b.port, "billion") as f:
        open_table(d, b.port, "billion")
        f.run("open", 0, 37, 0, 7, 0, 0)
        for _ in range(b.runs * b.count(60)):
            row = random.randrange(10**6, 10**9 - 10**6)
            keys = ("%dG" % row).encode().hex()
            turns(lambda: got.append(d.key(keys, "-1:{:,}│".format(row), "whole")),
                  lambda: floor.append(f.run("ask", row - 20, row + 36, 0, 7, 0)[0]))
    ours, first = [x[0] for x in got], [x[3] for x in got]
    over50, over99 = p(ours, 50) - p(floor, 50), p(ours, 99) - p(floor, 99)
    b.table.add("random: random row of 10^9, p50 / p99", both(ours), both(floor),
                p(ours, 50) / p(floor, 50),
                "<= floor + 1.5 / + 3 ms (is %+.2f / %+.2f)" % (over50 / 1e6, over99 / 1e6),
                over50 <= 1.5e6 and over99 <= 3e6)
    b.table.add("random: key to the end of its own frame, p50 / p99", both(first), "", "",
                "", None)
    peers_random(b, ours)


def held_once(b, rtt, keys):
    """One run: frames, what the proxy counted, what the floor took."""
    with Proxy(b.port, rtt) as proxy, Drive() as d:
        open_table(d, proxy.port, "million")
        time.sleep(0.5)
        before = proxy.stats()
        words = d.ask("hold", PAGE, keys, REPEAT_AFTER_US, 33333)
        after = proxy.stats()
    with Proxy(b.port, rtt) as proxy, Floor(proxy.port, "million") as f:
        f.run("open", 0, 2 * ROWS - 1, 0, 7, 0, 0)
        floor = f.run("hold", ROWS, keys, 33333, 0, 7)
    frames = []
    for word in words[:-1]:
        at, top, missing = word.split(":")
        frames.append((int(at), int(top.replace(",", "") or 0), missing == "1"))
    return frames, {k: after[k] - before[k] for k in after}, floor


def figure_held(b):
    """page key held, 30 pages/s for 10 s"""
    keys = 60 if b.quick else 300
    for rtt in (0, 20, 50, 100):
        missing = skipped = frames = ours = floor = up = 0
        for _ in range(b.runs):
            seen, counted, least = held_once(b, rtt, keys)
            late = [x for x in seen if x[0] > (rtt + 33.4) * 1e6]
            whole = {x[1] for x in seen if not x[2]}
            frames += len(late)
            missing += sum(1 for x in late if x[2])
            skipped += sum(1 for i in range(2, keys + 1) if i * ROWS + 1 not in whole)
            ours += counted["sub_down"]
            up += counted["messages_up"]
            floor += least[0]
        total = b.runs * (keys - 1)
        name = "held: page key held 10 s, RTT %d ms: " % rtt
        b.table.add(name + "frames with missing cells after one RTT", str(missing), "0", "",
                    "0 of %d" % frames, missing == 0)
        b.table.add(name + "pages never shown whole", str(skipped), "0", "", "0 of %d" % total,
                    skipped == 0)
        b.table.add(name + "bytes (%d requests)" % (up // b.runs), str(ours // b.runs),
                    str(floor // b.runs), ours / floor, "<= 1.03", ours <= 1.03 * floor)


def per_update(pid, proxy, run):
    """CPU ns and bytes of one update while run() goes on."""
    before, cpu = proxy.stats(), cpu_ns(pid)
    run()
    cpu, after = cpu_ns(pid) - cpu, proxy.stats()
    updates = max(1, after["messages_down"] - before["messages_down"])
    return cpu / updates, (after["sub_down"] - before["sub_down"]) / updates, updates


def figure_busy(b):
    """1000 x 20 cells changing every 100 ms, 50 x 10 shown"""
    ours, floor, node, sizes = [], [], [], [[], []]
    seconds = 3 if b.quick else 10
    recording = os.path.join(b.folder, "busy.requests")
    for _ in range(b.runs):
        with Proxy(b.port, 0) as proxy, Drive() as d:
            proxy.command("record " + recording)
            open_table(d, proxy.port, "busy", rows=55, cols=106)
            cost, size, _ = per_update(d.pid, proxy, lambda: d.collect(seconds * 1000))
            ours.append(cost)
            sizes[0].append(size)
        with Proxy(b.port, 0) as proxy, Floor(proxy.port, "busy") as f:
            f.run("replay", recording)
            cost, size, _ = per_update(f.pid, proxy, lambda: f.run("drain", seconds * 1000))
            floor.append(cost)
            sizes[1].append(size)
        cost = node_busy(b, seconds)
        if cost:
            node.append(cost)
    mine, least = p(ours, 50), p(floor, 50)
    b.table.add("busy: CPU of an update, 50 x 10 shown", ms(mine), ms(least), mine / least,
                "<= 1.5 x floor", mine <= 1.5 * least)
    if node:
        peer = p(node, 50)
        b.table.add("busy: CPU of an update against the JavaScript client", ms(mine),
                    ms(peer) + " (node)", mine / peer, "<= 0.10", mine <= peer / 10)
    mine, least = p(sizes[0], 50), p(sizes[1], 50)
    b.table.add("busy: bytes of an update", "%.0f" % mine, "%.0f" % least, mine / least,
                "<= 1.02", mine <= 1.02 * least)


def node(b, table, port=None):
    """The JavaScript client with ten columns of a table, or None where it is not installed."""
    folder = os.path.join(ROOT, "build", "jsapi")
    if not os.path.isdir(os.path.join(folder, "node_modules")):
        return None
    shutil.copy(os.path.join(HERE, "js_client.mjs"), folder)
    return ready(Line("node", os.path.join(folder, "js_client.mjs"), str(port or b.port),
                      table))


def python(b, *arguments):
    """The command of the Python client, or None where it is not installed."""
    interpreter = os.path.join(ROOT, "build", "bench-venv", "bin", "python")
    if not os.path.exists(os.path.join(ROOT, "build", "bench-venv", "ready")):
        return None
    return [interpreter, os.path.join(HERE, "py_client.py"), *arguments]


def ready(line):
    while line.line() != "ready":
        pass
    return line


def node_busy(b, seconds):
    """CPU ns of an update in node; None without."""
    client = node(b, "busy")
    if not client:
        return None
    with client as n:
        time.sleep(1)
        first, cpu = int(n.ask("count")[0]), cpu_ns(n.process.pid)
        time.sleep(seconds)
        last, cpu = int(n.ask("count")[0]), cpu_ns(n.process.pid) - cpu
    return cpu / max(1, last - first)


def peers_random(b, ours):
    """A row of 10^9 in the two other clients."""
    peers = [("node", node(b, "billion"))]
    if python(b):
        peers.append(("Python", ready(Line(*python(b, str(b.port), "billion")))))
    for name, client in peers:
        if not client:
            continue
        got = []
        with client:
            for _ in range(b.runs * b.count(20)):
                row = random.randrange(10**6, 10**9 - 10**6)
                settle()
                got.append(int(client.ask("rows", row, row + 18, sep=" ")[0]))
        b.table.add("random: the same against the %s client, p50 / p99" % name, both(ours),
                    both(got) + " (%s)" % name, p(ours, 50) / p(got, 50), "", None)


def figure_bytes(b):
    """bytes from the server for the same viewports"""
    recording = os.path.join(b.folder, "bytes.requests")
    ours = floor = tcp = tcp_floor = 0
    for _ in range(b.runs):
        with Proxy(b.port, 0) as proxy, Drive() as d:
            proxy.command("record " + recording)
            open_table(d, proxy.port, "billion")
            for keys in ([PAGE] * 10 + [BACK] * 5 + [END, TOP] * 3 +
                         [("%dG" % (k * 1234567)).encode().hex() for k in range(1, 11)]):
                d.key(keys, "whole")
                settle()
            time.sleep(0.5)
            ours += proxy.stats()["sub_down"]
            tcp += proxy.stats()["down"]
        with Proxy(b.port, 0) as proxy, Floor(proxy.port, "billion") as f:
            f.run("replay", recording)
            floor += proxy.stats()["sub_down"]
            tcp_floor += proxy.stats()["down"]
    b.table.add("bytes: from the server, 31 movements, subscription", str(ours // b.runs),
                str(floor // b.runs), ours / floor, "<= 1.02", ours <= 1.02 * floor)
    b.table.add("bytes: the same, whole connection", str(tcp // b.runs),
                str(tcp_floor // b.runs), tcp / tcp_floor, "", None)
    wide = {}
    for table in ("verywide", "edge"):  # 15 columns: those that the screen's view has there
        with Proxy(b.port, 0) as proxy, Drive() as d:
            open_table(d, proxy.port, table)
            d.key("24", "whole")  # $
            time.sleep(4)  # until a margin of columns is no longer asked for, in both alike
            d.key(PAGE, "whole")
            time.sleep(0.5)
            before = proxy.stats()
            for _ in range(10):
                d.key(PAGE, "whole")
                time.sleep(0.1)
            after = proxy.stats()
            wide[table] = (after["sub_down"] - before["sub_down"]) / 10
    b.table.add("bytes: of a page after a jump of columns, 10,000 columns, mean",
                "%.0f" % wide["verywide"], "%.0f (just those)" % wide["edge"],
                wide["verywide"] / wide["edge"], "<= 1.05",
                wide["verywide"] <= 1.05 * wide["edge"])


def resident(b, table):
    """KiB of dhview and of the floor after a few pages: (resident, anonymous) each."""
    with Drive() as d:
        open_table(d, b.port, table)
        for _ in range(5):
            d.key(PAGE, "whole")
            time.sleep(0.1)
        time.sleep(0.5)
        ours = memory(d.pid)
    with Floor(b.port, table) as f:
        f.run("open", 0, 37, 0, 7, 0, 0)
        for i in range(5):
            f.run("ask", i * ROWS, (i + 3) * ROWS - 1, 0, 7, 0)
        f.run("drain", 500)
        floor = memory(f.pid)
    return ours, floor


def figure_memory(b):
    """resident memory"""
    got = {t: [] for t in ("small", "billion", "ten", "verywide")}
    for _ in range(b.runs):
        for table, list_ in got.items():
            list_.append(resident(b, table))

    def median(table, who, kind):
        return p([x[who][kind] for x in got[table]], 50)

    for kind, name in ((0, "resident"), (1, "anonymous")):
        mine, least = median("billion", 0, kind), median("billion", 1, kind)
        b.table.add("memory: %s, 10^9 rows" % name, "%.1f MB" % (mine / 1024),
                    "%.1f MB" % (least / 1024), mine / least,
                    "<= floor + 3 MB (is %+.1f)" % ((mine - least) / 1024),
                    mine - least <= 3 * 1024)
    mine, other = median("billion", 0, 0), median("small", 0, 0)
    b.table.add("memory: 10^9 rows against 10^3", "%.1f MB" % (mine / 1024),
                "%.1f MB (10^3)" % (other / 1024), mine / other, "<= 1.02",
                mine <= 1.02 * other)
    per = [(median("verywide", who, 0) - median("ten", who, 0)) * 1024 / 9990
           for who in (0, 1)]
    b.table.add("memory: of a hidden column", "%.0f bytes" % per[0], "%.0f bytes" % per[1],
                per[0] / per[1] if per[1] > 0 else "", "<= floor + 300 (is %+.0f)" %
                (per[0] - per[1]), per[0] - per[1] <= 300)


def figure_wide(b):
    """page at 10,000 columns and at 10"""
    wide, ten = [], []
    with Drive() as d1, Drive() as d2:
        open_table(d1, b.port, "verywide")
        open_table(d2, b.port, "ten")
        for _ in range(b.runs):
            for i in range(1, 41):
                want = "3:{:,}│".format(i * ROWS + 1)
                time.sleep(0.25)  # the answer at 10,000 columns is large
                turns(lambda: wide.append(d1.key(PAGE, want, "whole")[0]),
                      lambda: ten.append(d2.key(PAGE, want, "whole")[0]))
            d1.key(TOP, "3: 1│", "whole")
            d2.key(TOP, "3: 1│", "whole")
    b.table.add("wide: page key at 10,000 columns against 10, p50 / p99", both(wide),
                both(ten) + " (10 columns)", p(wide, 50) / p(ten, 50), "p50 <= 1.2",
                p(wide, 50) <= 1.2 * p(ten, 50))


def figure_tick(b):
    """tick to glass at 10 ms"""
    ours, floor = [], []
    server = Server(10)
    try:
        with Drive() as d, Floor(server.port, "stamp") as f:
            open_table(d, server.port, "stamp", "--interval", "10")
            f.run("open", 0, 37, 0, 1, 0, 10)
            for _ in range(b.runs * b.count(10)):
                d.collect(100)  # what came while the other one had its turn
                ours += [int(x) for x in d.ask("stamp", 50, 5000, 3)]
                f.run("drain", 100)
                floor += f.run("stamp", 50)
    finally:
        server.close()
    if not ours or not floor:
        raise RuntimeError("the table stamp does not tick")
    over50, over99 = p(ours, 50) - p(floor, 50), p(ours, 99) - p(floor, 99)
    b.table.add("tick: tick to glass, --interval 10, p50 / p99", both(ours), both(floor),
                p(ours, 50) / p(floor, 50),
                "<= floor + 2 / + 16.7 ms (is %+.2f / %+.2f)" % (over50 / 1e6, over99 / 1e6),
                over50 <= 2e6 and over99 <= 16.7e6)


def figure_cell(b):
    """bytes to the terminal for one changed cell"""
    shown, faded, text = [], [], ["abcdefg", "nopqrst"]
    with Drive() as d:
        b.server.command("clear")
        b.server.command("add 0 5 " + text[0])
        open_table(d, b.port, "ctl")
        for i in range(b.runs * b.count(5)):
            d.collect(6000)  # until no rate is shown either, which would be painted as well
            want = text[i % 2 - 1]
            b.server.command("add 3 3 " + want)
            shown.append(d.key("", "6:" + want)[1])
            size, frames = d.collect(1200)  # its mark fades, and goes
            faded.append(size / max(1, frames))
    for what, got in (("changed", p(shown, 50)), ("whose mark fades or goes", p(faded, 50))):
        b.table.add("cell: bytes to the terminal of one cell of 7 characters %s, p50" % what,
                    "%.0f" % got, "7 (its text)", "", "<= 24 + 7", got <= 31)


def come_back(d, proxy):
    """ns from the connection that succeeds, and from the link being there again, to live rows."""
    proxy.command("down")
    d.key("", "0:old")
    d.collect(random.randrange(1000))  # some tries fail
    proxy.command("up")
    begin = time.monotonic_ns()
    end = begin + d.key("", "-1:live", "whole", ms=120000)[0]
    return end - proxy.stats()["accepted"], end - begin


def figure_comeback(b):
    """a cut link to live rows again"""
    for rtt in (0, 100):
        ours, whole, floor = [], [], []
        for _ in range(b.runs * b.count(10)):
            with Proxy(b.port, rtt) as proxy, Drive() as d:
                open_table(d, proxy.port, "million")
                since_try, since_up = come_back(d, proxy)
                ours.append(since_try)
                whole.append(since_up)
            with Proxy(b.port, rtt) as proxy, Floor(proxy.port, "million") as f:
                floor.append(f.run("open", 0, 37, 0, 7, 0, 0)[0])
        mine, least = p(ours, 50), p(floor, 50)
        b.table.add("comeback: the try that succeeds to live rows, RTT %d ms, p50 / p99" % rtt,
                    both(ours), both(floor), mine / least,
                    "p50 <= floor + 2 RTT + 1.5 ms (is %+.2f)" % ((mine - least) / 1e6),
                    mine <= least + 2 * rtt * 1e6 + 1.5e6)
        b.table.add("comeback: the link is there to live rows, RTT %d ms, p50 / p99" % rtt,
                    both(whole), "", "", "the rest of the wait, and that", None)


def reconnect(d, proxy):
    """A cut, after which ^r does not wait; again where it came before the cut was noticed."""
    taken, end = proxy.stats()["connections"], time.monotonic() + 20
    proxy.command("cut")
    d.collect(10)
    while time.monotonic() < end:
        try:
            d.key("12", "-1:live", "whole", ms=250)
        except RuntimeError:
            continue
        if proxy.stats()["connections"] > taken:
            return
    raise RuntimeError("not live again 20 s after a cut")


def ask_why(d, proxy):
    """Cuts the link, and takes it without a word: libssl is loaded, once, to ask why."""
    proxy.command("down")
    with socket.create_server(("127.0.0.1", proxy.port)) as mute:
        for _ in range(4):
            mute.accept()[0].close()
    proxy.command("up")
    d.key("", "-1:live", "whole", ms=120000)


def reconnect_often(b, look, *before):
    """What look(pid) gives after 1, 10, 100 and 1,000 reconnects, and how many connections."""
    counts = (1, 10, 100) if b.quick else (1, 10, 100, 1000)
    found = []
    with Proxy(b.port, 0) as proxy, Drive() as d:
        open_table(d, proxy.port, "million", before=before)
        ask_why(d, proxy)
        for i in range(1, counts[-1] + 1):
            reconnect(d, proxy)
            if i in counts:
                time.sleep(1)
                found.append(look(d.pid))
        return counts, found, proxy.stats()["connections"]


def figure_reconnects(b):
    """memory after 1,000 reconnects against after one"""
    counts, found, taken = reconnect_often(b, lambda pid: (*memory(pid), descriptors(pid)))
    n, first, last = counts[-1], found[0], found[-1]
    b.table.add("reconnects: anonymous + file, after %s (%d connections)" %
                (", ".join(str(c) for c in counts), taken),
                ", ".join("%d + %d" % (f[1], f[0] - f[1]) for f in found) + " KB", "", "", "", None)
    for kind, name in ((0, "resident"), (1, "anonymous")):
        b.table.add("reconnects: memory, %s, after %d" % (name, n), "%d KB" % last[kind],
                    "%d KB (after 1)" % first[kind], last[kind] / first[kind], "<= 1.02",
                    last[kind] <= 1.02 * first[kind])
    b.table.add("reconnects: descriptors after %d" % n, str(last[2]), "%d (after 1)" % first[2],
                "", "as many", last[2] == first[2])
    with tempfile.NamedTemporaryFile("r") as heap:
        counts, found, _ = reconnect_often(
            b, lambda pid: int(open(heap.name).read()) // 1024, "/usr/bin/env",
            "BENCH_HEAP=" + heap.name, "LD_PRELOAD=" + os.path.join(BUILD, "bench_heap.so"),
            "GLIBC_TUNABLES=glibc.malloc.tcache_count=0")
    b.table.add("reconnects: memory in use on the heap, after %d" % n, "%d KB" % found[-1],
                "%d KB (after 1)" % found[0], found[-1] / found[0], "<= 1.02",
                found[-1] <= 1.02 * found[0])


def opening_bytes(b, rtt, start):
    """From the server until a second after start() has its rows."""
    got = []
    for _ in range(b.runs):
        with Proxy(b.port, rtt) as proxy, Drive() as d:
            start(d, proxy.port)
            time.sleep(1)
            got.append(proxy.stats()["down"])
    return p(got, 50)


def figure_verywide(b):
    """exec to first painted rows of 10,000 columns, and the bytes of that"""
    for rtt in (0, 100):
        ours, floor = [], []
        with Proxy(b.port, rtt) as proxy, Drive() as d:
            for _ in range(b.runs * b.count(5)):
                dhview(d, proxy.port, "verywide")
                ours.append(d.wait("-1:live", "3:│", "21:│", "whole")[0])
                d.end()
                floor.append(bare(d, proxy.port, "verywide"))
                d.end()
        mine, least = p(ours, 50), p(floor, 50)
        b.table.add("verywide: exec to first painted rows of 10,000 columns, RTT %d ms, "
                    "p50 / p99" % rtt, both(ours), both(floor), mine / least, "", None)
        mine = opening_bytes(b, rtt, lambda d, port: open_table(d, port, "verywide"))
        least = opening_bytes(b, rtt, lambda d, port: bare(d, port, "verywide"))
        b.table.add("verywide: bytes from the server for these, RTT %d ms" % rtt, str(mine),
                    str(least), mine / least, "<= 2600000", mine <= 2600000)


def figure_idle(b):
    """idle on a static table"""
    seconds = 10 if b.quick else 60
    with Proxy(b.port, 0) as proxy, Drive() as d:
        open_table(d, proxy.port, "million")
        d.collect(3000)  # what follows the first rows is not idle
        before, calls = threads(d.pid), proxy.stats()["calls"]
        sent, _ = d.collect(seconds * 1000)
        after, calls = threads(d.pid), proxy.stats()["calls"] - calls
    with Floor(b.port, "million") as f:
        f.run("open", 0, 37, 0, 7, 0, 0)
        f.run("drain", 2000)
        cpu, floor_before = cpu_ns(f.pid), threads(f.pid)
        f.run("drain", seconds * 1000)
        cpu, floor_after = cpu_ns(f.pid) - cpu, threads(f.pid)
    wakes = {}
    for task, (name, switches, ns) in after.items():
        old = before.get(task, (name, 0, 0))
        count, spent = wakes.get(name, (0, 0))
        wakes[name] = (count + switches - old[1], spent + ns - old[2])
    names = ", ".join("%s %d" % (n, c) for n, (c, _) in sorted(wakes.items()) if c)
    floor_wakes = sum(x[1] - floor_before.get(t, (0, 0, 0))[1]
                      for t, x in floor_after.items())
    b.table.add("idle: bytes to the terminal in %d s" % seconds, str(sent), "0", "", "0",
                sent == 0)
    b.table.add("idle: calls in %d s" % seconds, str(calls), "", "", "<= one in 4 s",
                calls <= seconds // 4 + 1)
    b.table.add("idle: CPU in %d s" % seconds, ms(sum(x[1] for x in wakes.values())), ms(cpu),
                "", "token refresh only", None)
    b.table.add("idle: wake-ups in %d s (%s)" % (seconds, names),
                str(sum(x[0] for x in wakes.values())), str(floor_wakes), "", "", None)


OPERATIONS = "I = ii;S = `row-` + ii;D = ii * 0.25;B = ii % 3 == 0"
ANCHORED = 600  # the row that the cursor is on, from 1


def hexed(text):
    return text.encode().hex()


def typing():
    """What is typed is read before Enter. Who types nothing rests as long: a processor that
    has rested is slower, by a third of such an operation."""
    time.sleep(0.1)


def enter_filter(d, text, *expect):
    """ns from Enter to the rows of a filter of the first column, whatever filter it had."""
    d.key("2615" + hexed(text), "-1:filter I: " + text)  # & ^u
    typing()
    return d.key("0d", *expect, "whole")[0]


class Viewer:
    """The operations in dhview; what takes a time gives ns."""

    def __init__(self, drive):
        self.d = drive

    def filter(self, least):
        return enter_filter(self.d, ">=%d" % least, "3: 1│", "3:row-%d " % least)

    def sort(self):
        return self.d.key(hexed("]"), "3:row-999 ", "whole")[0]

    def undo(self):
        return self.d.key(hexed("U"), "3: 1│", "3:row-0 ", "whole")[0]

    def filter_at(self, least):
        """With the cursor on a row that stays, below the first window."""
        return enter_filter(self.d, ">=%d" % least, "-1: %d│" % (ANCHORED - least),
                            "-1:row-%d " % (ANCHORED - 1))

    def go_down(self):
        self.d.key(hexed("%dG" % ANCHORED), "-1: %d│" % ANCHORED, "whole")

    def back(self):
        """Undoes both filters of filter_at()."""
        self.d.key(hexed("U"), "whole")
        settle()
        self.d.key(hexed("U"), "-1: %d│" % ANCHORED, "whole")
        self.d.key(hexed("gg"), "3: 1│", "3:row-0 ", "whole")


class Bare:
    """The same in the floor, which knows where a row goes as soon as it is told."""

    def __init__(self, floor):
        self.f = floor
        floor.run("open", 0, 37, 0, 3, 0, 0)
        floor.run("fetch", 0, 37, 0, 3)

    def rows(self, steps, first=0):
        return self.f.run("apply", first, first + 37, 0, 3, steps)[0]

    def number(self, *steps):
        return self.f.run("apply", 0, 0, 0, 0, ";".join(
            ("add __DhviewRow ii",) + steps + ("select __DhviewRow",)))[0]

    def filter(self, least):
        typing()
        return self.rows("filter I long >=%d" % least)

    def sort(self):
        return self.rows("sort- I")

    def undo(self):
        return self.rows("")

    def filter_at(self, least, old=None):
        """The row's number without filters where there is an old one, then its place with
        the new one, then the rows."""
        at = ANCHORED - least
        ns = 0
        typing()
        if old is not None:
            ns += self.number("filter I long >=%d" % old,
                              "slice %d %d" % (ANCHORED - old - 1, ANCHORED - old))
        ns += self.number("filter I long >=%d" % least,
                          "filter __DhviewRow long <%d" % (ANCHORED - 1))
        return ns + self.rows("filter I long >=%d" % least, at - 20)


class Peer:
    """The same in the JavaScript client."""

    def __init__(self, client):
        self.client = client

    def ask(self, *words):
        return int(self.client.ask(*words, sep=" ")[0])

    def filter(self, least):
        typing()
        return self.ask("filter", "I", least, least)

    def sort(self):
        return self.ask("sort", "I", 999)

    def plain(self):
        return self.ask("plain", 0)


def operations_once(i, got, ours, floor, peer):
    """Each operation once, on tables and with numbers that nobody has asked for before."""
    least, first, second = 40 + i, 100 + i, 300 + i
    rest = 0.1

    def take(name, what, *measure):
        time.sleep(rest)
        turns(*[lambda w=w, f=f: got.setdefault((name, w), []).append(f())
                for w, f in zip(what, measure)])

    both_of, three = ("ours", "floor"), ("ours", "floor", "node")[:3 if peer else 2]
    take("filter", three, lambda: ours.filter(least), lambda: floor.filter(least),
         lambda: peer.filter(least))
    take("undo", both_of, ours.undo, floor.undo)
    take("sort", three, ours.sort, floor.sort, lambda: peer.sort())
    take("undo", both_of, ours.undo, floor.undo)
    if peer:
        peer.plain()
    ours.go_down()
    take("filter below the first window (twice)", both_of, lambda: ours.filter_at(first),
         lambda: floor.filter_at(first))
    take("filter replaced, below it (three times)", both_of, lambda: ours.filter_at(second),
         lambda: floor.filter_at(second, first))
    time.sleep(rest)
    ours.back()


def add_operations(b, figure, rtt, got):
    for name in dict.fromkeys(name for name, _ in got):
        mine, floor = got[name, "ours"], got[name, "floor"]
        over, ratio = p(mine, 50) - p(floor, 50), p(mine, 50) / p(floor, 50)
        target = "p50 <= floor + 1.5 ms (is %+.2f)" % (over / 1e6) if rtt == 0 else "p50 <= 1.05"
        b.table.add("%s: %s, RTT %d ms, p50 / p99" % (figure, name, rtt), both(mine),
                    both(floor), ratio, target, over <= 1.5e6 if rtt == 0 else ratio <= 1.05)
        peer = got.get((name, "node"))
        if peer:
            b.table.add("%s: %s, RTT %d ms, against the node client, p50 / p99" %
                        (figure, name, rtt), both(mine), both(peer) + " (node)",
                        p(mine, 50) / p(peer, 50), "", None)


def figure_operations(b):
    """Enter to painted of filter, sort and undo"""
    for rtt in (0, 20, 100):
        got = {}
        tables = ["%s%d" % (who, rtt) for who in ("ours", "floor", "node")]
        for name in tables:
            b.server.command("make %s 1000 update_view %s" % (name, OPERATIONS))
        with Proxy(b.port, rtt) as proxy, Drive() as d, Floor(proxy.port, tables[1]) as f:
            open_table(d, proxy.port, tables[0])
            client = node(b, tables[2], proxy.port)
            who = Viewer(d), Bare(f), Peer(client) if client else None
            operations_once(-1, {}, *who)  # the server compiles formulas
            for i in range(b.runs * b.count(15)):
                operations_once(i, got, *who)
            if client:
                client.close()
        add_operations(b, "operations", rtt, got)


NODES = 100  # of the rollup, each of as many rows
WARM_UP = 10  # nodes that are opened before, for a server that compiles as it goes
ROLLUPS = '''from deephaven import agg, empty_table
for name in %r:
    globals()[name] = empty_table(%d).view(["G = `g` + (ii %% %d)", "X = ii",
                                            "S = `row-` + ii"]).rollup(
        aggs=[agg.count_("N"), agg.sum_("X"), agg.first("S")], by=["G"],
        include_constituents=True)
'''


def make_rollups(b, names):
    path = os.path.join(b.folder, "rollups.py")
    with open(path, "w") as f:
        f.write(ROLLUPS % (names, NODES * NODES, NODES))
    b.server.command("run " + path)


def expand_ours(d, node):
    """ns from za, on the first row of the screen, to the rows of the node."""
    typing()
    return d.key(hexed("za"), "3:▾ ", "4:row-%d" % node, "5:row-%d" % (node + NODES),
                 "whole")[0]


def expand_floor(f, rollup, node):
    typing()
    return f.run("expand", rollup, "G", "g%d" % node, node, node + 37, 0, 6)[0]


def expand_once(d, f, rollup, node, got):
    """A node, while no other is open."""
    d.key(hexed("%dGzt" % (node + 2)), "3: %d│" % (node + 2), "whole")
    time.sleep(0.1)
    turns(lambda: got["ours"].append(expand_ours(d, node)),
          lambda: got["floor"].append(expand_floor(f, rollup, node)))
    time.sleep(0.1)
    d.key(hexed("za"), "3:▸ ", "4:▸ ", "whole")


def figure_expand(b):
    """za to painted on a node of a rollup"""
    for rtt in (0, 20, 100):
        got = {"ours": [], "floor": []}
        rollups = ["rollup_%s%d" % (who, rtt) for who in got]
        make_rollups(b, rollups)
        with Proxy(b.port, rtt) as proxy, Drive() as d, Floor(proxy.port, "small") as f:
            open_table(d, proxy.port, rollups[0])
            f.run("open", 0, 37, 0, 3, 0, 0)
            for i in range(WARM_UP):
                expand_once(d, f, rollups[1], i, {"ours": [], "floor": []})
            for i in range(b.runs * b.count(15)):
                expand_once(d, f, rollups[1], (WARM_UP + i) % NODES, got)
        add_operations(b, "expand", rtt, {("node of a rollup", who): ns
                                          for who, ns in got.items()})


def make_values(b, n):
    """Variables whose only public attribute names its owner."""
    path = os.path.join(b.folder, "values.py")
    with open(path, "w") as f:
        f.write("import types\n")
        for i in range(n):
            f.write("bench%d = types.SimpleNamespace(only%d=1)\n" % (i, i))
    b.server.command("run " + path)


def complete(d, proxy, i):
    """ns from the answer about an object to its attribute on the screen, and from the key."""
    d.key("15" + hexed("bench%d" % i), "-1:> bench%d" % i)  # ^u
    typing()
    shown = d.key(hexed("."), "-1:only%d" % i)
    return shown[4] - proxy.stats()["proposed"], shown[0]


def figure_completion(b):
    """a proposal of the server to the screen"""
    n = b.runs * b.count(30) + 1
    make_values(b, n)
    with Proxy(b.port, 0) as proxy, Drive() as d:
        open_table(d, proxy.port, "million", "--write")
        d.key(hexed("`"), "23:>")
        complete(d, proxy, 0)  # the console starts
        got = []
        for i in range(1, n):
            settle()
            got.append(complete(d, proxy, i))
    late, since_key = [x[0] for x in got], [x[1] for x in got]
    if min(late) < 0:
        raise RuntimeError("shown before its answer was here")
    b.table.add("completion: the server's answer to its proposals on the screen, p50 / p99",
                both(late), "", "", "p99 <= 16 ms", p(late, 99) <= 16e6)
    b.table.add("completion: the same since the key, p50 / p99", both(since_key), "", "", "",
                None)


BUSY = "Esc goes back"  # in the status line while an operation takes long


def page_there_and_back(d, late_ms=20000):
    """ns of a page key and of the one back, both on rows that are held."""
    got = []
    for key, want in ((PAGE, "3: 20│"), (BACK, "3: 1│")):
        settle()
        got.append(d.key(key, want, "whole", ms=late_ms)[0])
    return got


def is_busy(d):
    return any(BUSY in line for line in d.screen(24))


def pages_while_busy(d, text):
    """ns of the page keys while a filter runs, and for how long it ran, in seconds."""
    got, begin = [], time.monotonic()
    d.key("2615" + hexed(text), "-1:" + text)
    d.key("0d", "-1:" + BUSY)
    while is_busy(d):
        try:
            pair = page_there_and_back(d, 3000)
        except RuntimeError:
            if is_busy(d):
                raise
            break  # its rows came meanwhile
        if is_busy(d):
            got += pair
    return got, time.monotonic() - begin


def figure_pinned(b):
    """page key on rows held while the server's one core filters"""
    idle, busy, seconds = [], [], []
    server = Server(100, "taskset", "-c", "0")
    try:
        server.command("make long %d update_view S = `row-` + ii;I = ii" % (3 * 10**7))
        with Drive() as d:
            open_table(d, server.port, "long")
            for i in range(b.runs):
                for _ in range(b.count(30)):
                    idle += page_there_and_back(d)
                ns, took = pages_while_busy(d, "*none%d*" % i)
                busy += ns
                seconds.append(took)
                d.key(hexed("U"), "-1:row-", "whole")
                d.key(hexed("gg"), "3: 1│", "whole")
    finally:
        server.close()
    b.table.add("pinned: page key on rows held, the server's one core filters for %.1f s, "
                "%d keys, p50 / p99" % (statistics.median(seconds), len(busy)), both(busy),
                both(idle) + " (ours, server idle)", p(busy, 50) / p(idle, 50),
                "p99 <= 16 ms", p(busy, 99) <= 16e6)


EXPORTED = ("I = ii", "D = ii % 1000000 / 8.0", "S = i % 3 == 0 ? `bid` : `ask`", "N = i % 1000")


def export_ours(b, path):
    """Nanoseconds from exec on, and the most memory that was resident."""
    begin = time.monotonic_ns()
    process = subprocess.Popen([DHVIEW, "--once", "--auth", "anonymous", "--output", path,
                                "127.0.0.1:%d/exported" % b.port])
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise RuntimeError("--once ended with %d" % status)
    return time.monotonic_ns() - begin, usage.ru_maxrss


def export_python(b, path):
    command = python(b, "--export", path, str(b.port), "exported")
    if not command:
        return None
    out = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout
    return int(out.split("ok ", 1)[1])


def copy_ns(path):
    """What copying the bytes of a file in memory takes."""
    with open(path, "rb") as f:
        data = f.read()
    begin = time.monotonic_ns()
    bytearray(data)
    return time.monotonic_ns() - begin


def figure_export(b):
    """all rows of a table of four columns to a file, against the Python client"""
    rows = 10**6 if b.quick else 10**7
    ours, peers, arrow, resident = [], [], [], 0
    files = [os.path.join(b.folder, "export." + e) for e in ("csv", "python.csv", "arrow")]
    b.server.command("make exported %d update_view %s" % (rows, "; ".join(EXPORTED)))
    for _ in range(b.runs):
        ns, most = export_ours(b, files[0])
        ours.append(ns)
        resident = max(resident, most)
        arrow.append(export_ours(b, files[2])[0])
        peers.append(export_python(b, files[1]))
    peers = [n for n in peers if n]
    say = lambda values: "%.0f rows/s" % (rows * 1e9 / p(values, 50))
    if peers:
        b.table.add("export: %d rows to csv, against the Python client and pyarrow" % rows, say(ours),
                    say(peers) + " (Python)", p(peers, 50) / p(ours, 50), ">= 1",
                    p(ours, 50) <= p(peers, 50))
    b.table.add("export: the same, to Arrow IPC", say(arrow), "", "", "", None)
    b.table.add("export: the same csv, against a copy of its bytes in memory", ms(p(ours, 50)),
                ms(copy_ns(files[0])) + " (copy)", "", "", None)
    b.table.add("export: resident at most", "%.1f MB" % (resident / 1024), "", "",
                "<= 64 MB + 3 messages of 8 MB", resident <= (64 + 24) * 1024)


FIGURES = {f.__name__[7:]: f for f in (
    figure_start, figure_end, figure_page, figure_random, figure_held, figure_busy,
    figure_bytes, figure_memory, figure_wide, figure_verywide, figure_tick, figure_cell,
    figure_idle, figure_comeback, figure_reconnects, figure_operations, figure_expand,
    figure_completion, figure_pinned, figure_export)}


class Bench:
    def __init__(self, args):
        self.runs = args.runs
        self.quick = args.quick
        self.table = Table()
        self.folder = tempfile.mkdtemp(prefix="bench-")
        self.server = Server(100)
        self.port = self.server.port

    def count(self, n):
        return max(1, n // 5) if self.quick else n


def measure(b, name):
    """One figure; what goes wrong with it, or hangs, is a row of the table as well."""
    def give_up(*_):
        raise RuntimeError("nothing after %d s" % FIGURE_S)

    print(name, file=sys.stderr, flush=True)
    signal.signal(signal.SIGALRM, give_up)
    signal.alarm(FIGURE_S)
    try:
        FIGURES[name](b)
    except Exception as e:  # the other figures are worth having
        why = "%s: %s" % (type(e).__name__, " ".join(str(e).split())[:200])
        b.table.add(name + ": not measured: " + why, "", "", "", "", None)
    finally:
        signal.alarm(0)


def main():
    a = argparse.ArgumentParser(prog="bench")
    a.add_argument("--runs", type=int, default=3)
    a.add_argument("--quick", action="store_true", help="fewer samples, for trying it out")
    a.add_argument("--out", help="also write the table to this file")
    a.add_argument("--list", action="store_true")
    a.add_argument("names", nargs="*", metavar="NAME")
    args = a.parse_args()
    if args.list:
        for name, f in FIGURES.items():
            print("%-10s %s" % (name, f.__doc__))
        return
    unknown = [n for n in args.names if n not in FIGURES]
    if unknown:
        a.error("no such figure: %s; --list names them" % " ".join(unknown))
    b = Bench(args)
    try:
        for name in args.names or FIGURES:
            measure(b, name)
    finally:
        b.server.close()
        shutil.rmtree(b.folder, ignore_errors=True)
    print(b.table.text())
    with open(KEPT) as f:
        worse = list(b.table.worse(f.read()))
    print("\nworse than the table kept last: " + ("".join("\n- " + w for w in worse) or "nothing"))
    if args.out:
        with open(args.out, "w") as f:
            f.write(b.table.text() + "\n")


if __name__ == "__main__":
    main()
