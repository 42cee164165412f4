"""Writes the seed corpora under tests/fuzz/corpus from the recorded streams and a few texts.

usage: seeds.py [FOLDER]   (default: corpus beside this file)

Files are named by what they come from; running it again gives the same files. Those named
found-... are inputs that fuzzing added because they reach other branches.
"""

import glob
import json
import os
import struct
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
RECORDINGS = os.path.join(HERE, "..", "wire", "recordings")
STREAM_MAX = 4500  # bytes of one stream seed
FIELDS_MAX = 700  # bytes of one listing

KEYS, NULLS, ASCII, AT_END, SIDEWAYS = 1, 2, 4, 8, 16  # stream_fuzz.c


def protobuf_fields(data):
    """(number, value) of each field; integers as they are, bytes as bytes."""
    i = 0

    def varint():
        nonlocal i
        value = shift = 0
        while True:
            byte = data[i]
            i += 1
            value |= (byte & 0x7f) << shift
            shift += 7
            if byte < 0x80:
                return value

    while i < len(data):
        key = varint()
        if key & 7 == 0:
            yield key >> 3, varint()
        else:
            n = varint()
            i += n
            yield key >> 3, data[i - n:i]


class Table:
    """A flatbuffers table of a well-formed buffer."""

    def __init__(self, data, at=None):
        self.data = data
        self.at = struct.unpack_from("<I", data, 0)[0] if at is None else at
        self.vtable = self.at - struct.unpack_from("<i", data, self.at)[0]

    def slot(self, n):
        if 4 + 2 * n >= struct.unpack_from("<H", self.data, self.vtable)[0]:
            return None
        offset = struct.unpack_from("<H", self.data, self.vtable + 4 + 2 * n)[0]
        return self.at + offset if offset else None

    def vector(self, n):
        """Position and length, or None."""
        slot = self.slot(n)
        if slot is None:
            return None
        at = slot + struct.unpack_from("<I", self.data, slot)[0]
        return at + 4, struct.unpack_from("<I", self.data, at)[0]

    def bytes(self, n):
        v = self.vector(n)
        return None if v is None else bytes(self.data[v[0]:v[0] + v[1]])

    def tables(self, n):
        at, count = self.vector(n) or (0, 0)
        for i in range(count):
            here = at + 4 * i
            yield Table(self.data, here + struct.unpack_from("<I", self.data, here)[0])


class Corpus:
    def __init__(self, folder):
        self.folder = folder
        self.seen = set()

    def add(self, target, name, data):
        if not data or (target, data) in self.seen:
            return
        self.seen.add((target, data))
        os.makedirs(os.path.join(self.folder, target), exist_ok=True)
        with open(os.path.join(self.folder, target, name), "wb") as f:
            f.write(data)


def read(path):
    with open(path, "rb") as f:
        return f.read()


def framed(messages):
    return b"".join(struct.pack("<I", len(m)) + m for m in messages)


def switches(name, manifest):
    value = 0 if manifest.get("kind") == "viewport" else KEYS
    if (manifest.get("options") or {}).get("use_deephaven_nulls"):
        value |= NULLS
    # The rest only has to differ from stream to stream.
    return value | (ASCII, AT_END, SIDEWAYS, 0)[sum(name.encode()) % 4]


def add_stream(corpus, name, manifest, messages):
    kept = []
    for m in messages:
        if len(framed(kept + [m])) > STREAM_MAX:
            break
        kept.append(m)
    if len(kept) > 1:
        corpus.add("stream", name, bytes([switches(name, manifest)]) + framed(kept))


def add_update(corpus, name, metadata):
    corpus.add("update", name, metadata)
    u = Table(Table(metadata).bytes(2))
    sets = {"viewport": 3, "added": 6, "removed": 7, "included": 9}
    for what, slot in sets.items():
        corpus.add("rowset", "%s-%s" % (name, what), b"\0" + (u.bytes(slot) or b""))
    if u.bytes(5):
        corpus.add("rowset", name + "-columns", b"\x07" + u.bytes(5))
    shift, added = u.bytes(8) or b"", u.bytes(6) or b""
    if len(shift) > 3:
        corpus.add("shift", name, framed([added]) + shift)
    for node in u.tables(10):
        corpus.add("rowset", name + "-modified", b"\0" + (node.bytes(0) or b""))
        break


def add_message(corpus, name, message):
    parts = dict(protobuf_fields(message))
    if 2 in parts and len(parts[2]) < 1200:
        corpus.add("message", name, b"\0" + parts[2])
    if parts.get(3):
        add_update(corpus, name, parts[3])
    if len(message) < 600:
        corpus.add("services", name, b"\4" + message)


def add_scenario(corpus, folder):
    name = os.path.basename(folder)
    manifest = json.loads(read(os.path.join(folder, "manifest.json")))
    messages = [read(p) for p in sorted(glob.glob(os.path.join(folder, "[0-9]*.s2c.bin")))]
    if name == "list-fields":
        for i, m in enumerate(messages):
            if len(m) < FIELDS_MAX:
                corpus.add("services", "fields-%d" % i, b"\0" + m)
        return
    add_stream(corpus, name, manifest, messages)
    for i, m in enumerate(messages[:4]):
        add_message(corpus, "%s-%d" % (name, i), m)
    for p in sorted(glob.glob(os.path.join(folder, "[0-9]*.c2s.bin")))[:2]:
        try:
            corpus.add("subscribe", name + "-" + os.path.basename(p)[:3],
                       dict(protobuf_fields(read(p))).get(3))
        except IndexError:
            pass  # the ticket of a DoGet, which is no FlightData
    for p in sorted(glob.glob(os.path.join(folder, "rpc*.FetchTable.resp.bin")))[:1]:
        if os.path.getsize(p) < 900:
            corpus.add("services", name + "-created", b"\1" + read(p))


def string(number, text):
    return bytes([number << 3 | 2, len(text)]) + text


# type of the column, as filter_fuzz.c counts them, and the filter
FILTERS = [
    (0, ">=1.5 && !300 || null"), (1, "-1,234.5e3"), (3, "!-inf||nan"),
    (4, "12345678901234567890"), (5, "1.50"), (6, "!tru"), (7, '>="a"'), (8, "!=*foo\\*"),
    (8, '="a\\&&b" || \\null'), (9, ">2026-nov-20 14:03:11.25 +01:00"),
    (9, "2026-10-25T02:30 Europe/Vienna"), (10, "today"), (11, "<=2026/11"), (12, "!14:03"),
    (13, "<PT1H2.5S"), (14, "P1Y2M"), (15, "!null"), (16, "~a'b")]


def add_texts(corpus):
    for i, (column, t) in enumerate(FILTERS):
        corpus.add("filter", "%02d" % i, bytes([column]) + t.encode())
    for i, t in enumerate([
            "localhost", "localhost:10000/trades", "[::1]:1/a b", "dh://host.example/scope/t",
            "dh+plain://127.0.0.1:10000/scope/na%20me", "dh://h/app/my.app/field/f",
            "dh+plain://[fe80::1%25eth0]:7/shared/00ff10", "host/", ":1", "dh://h:65536/scope/x",
            "[::ffff:127.0.0.1]/t", "127.1", "0x7f.1:2/t", "localhost.", "[fe80::1%eth0]:1/t",
            "https://h:1/iframe/table/?theme=x&name=a%20%E2%80%AE%2541#b",
            "http://h/?name=t&%70sk=key", "HTTP://[::1]/ide/#authToken=key"]):
        corpus.add("target", "%02d" % i, t.encode())
    links = [
        'op=filter,Price,%3E5,greater,Price,digits,5',
        'op=filter,S,a%20%7C%7C%20%22b%2C%26%22,in,S,2,text,a,text,b%2C%26',
        'op=filter,S,!A,not,nocase,in,S,1,text,A',
        'op=filter,S,~x,any,2,null,S,not,nocase,contains,S,x%25',
        'op=filter,S,f*,matches,S,%5CQf%5CE.*',
        'op=filter,T,2026,all,2,greatereq,T,time,-5,less,T,time,7',
        'op=filter,D,nan,any,2,nan,D,lesseq,D,digits,-Infinity',
        'op=filter,D,1.5,in,D,1,double,1.5',
        'op=filter,B,true,in,B,1,bool,1',
        'op=filter,C,c,in,C,1,char,c',
        'op=filter,I,5,in,I,1,long,-9223372036854775808',
        'op=filter,LD,2026,less,LD,date,2026-01-01',
        'op=filter,Z,2026,formula,epochNanos(Z)%20%3E%205',
        'op=filter,I,x,none',
        'op=filter,I,*,all,0',
        'op=search,abc,search,2,A,B,abc',
        'op=where,A%20%3E%205%20%26%26%20B%20%3D%3D%20`x`',
        'op=sort,up,A,down,B,absup,C,absdown,D&op=reverse',
        'op=distinct,A,B&op=head,10&op=tail,0&op=slice,-5,0',
        'op=aggregate,1,A,Count,,N,Sum,B,B_Sum&op=aggregate,0,Max,B,B',
        'op=add,N,A%2B1&op=drop,A&op=select,N,ä',
        'op=filter,A,x,any,99,none',
        'op=where,%4',
        'op=head,-1',
        'op=filter,A,x,not,all,0',
        'psk=x',
        'op=',
    ]
    for i, t in enumerate(links):
        corpus.add("link", "%02d" % i, t.encode())
    for i, t in enumerate(["gg", "<C-d>", "z<Enter>", "<A-1>", "<PgDn>", "\u00e9", "<Space>", "<",
                           "<A-C-x>", "\U0001f600j", "<F12>"]):
        corpus.add("keys", "notation-%02d" % i, b"\0" + t.encode())
    for i, t in enumerate([b"\0" + b"12ggzt0G", b"\1/ab\x1bq", b"\0" + b"99999999999999999999G",
                           b"\0z\xff\1z\xfe\x31", b"\3hello\x7f\x17", b"\2?q\x03"]):
        corpus.add("keys", "matcher-%02d" % i, b"\1" + t)
    for i, t in enumerate([b"\1\x1b[A\x1b[1;5C\x1bOP", b"\3jk\x1b\xc3\xa9\xff",
                           b"\2\x1b[200~a\x1b[201~", b"\0\x1b[<0;10;20M\x1b[<0;10;20m",
                           b"\1\x1b]11;rgb:0000/0000/0000\x07x", b"\1\x1b[999;999;999;999",
                           b"\0\x1bP1+r544e=78\x1b\\\x1b_Gi=1;OK\x1b\\",
                           b"\5\x1b[M !!\x1b[32;33;34M\x9b?1;2c\xc2\x9d0;x\xc2\x9c",
                           b"\3\x1b[27;5;100~\x1b[106;3:3u\x1b[57:37;2u",
                           b"\7\x1b\x1b[A\x1b[[A\x1bO5P\x1b[3$",
                           b"\2\x1b[200~a\x1b[20b\nc\x9b201~2\nQ",
                           b"\3\x1b]\x1b_G\x1bP>\x1b[\x1bO"]):
        corpus.add("keys", "reader-%02d" % i, b"\2" + t)
    for i, t in enumerate([
            "plain", "e\u0301\u0302\u0303\u0304", "\x1b[31mred\x1b]0;t\x07", "\u202eabc\u2066",
            "\u6f22\u5b57\u3042", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\ud7ff\ue000",
            "\u0000\u0085\u2028", "\ufeff\u00ad\u034f", "\U000e0041\U0010ffff", "a\u0300" * 30]):
        for ascii_only in range(2):
            corpus.add("text", "%02d-%d" % (i, ascii_only),
                       bytes([ascii_only, 3 + i]) + t.encode("utf-8", "surrogatepass"))
    corpus.add("text", "bad", b"\0\x10\xc0\xaf\xed\xa0\x80\xf4\x90\x80\x80\xff\xfe\x80")
    for i, t in enumerate([
            "localhost", "--help", "-V", "--ascii\nlocalhost/t", "--auth\npsk\nlocalhost:10000",
            "--interval-ms=250\nhost", "--max-message=64MiB\nhost", "--max-message\n1K\n--\n-x",
            "--no-such\nx", "--auth=\nx", "a\nb"]):
        corpus.add("options", "argv-%02d" % i, b"\0" + t.encode())
    for i, t in enumerate(["ascii", "ascii=true", "interval-ms=250\ninterval-ms=-1",
                           "max-message=9999999999999999999G", "zone=UTC\nlog=/x", "target=x"]):
        corpus.add("options", "set-%02d" % i, b"\1" + t.encode())


def add_config(corpus):
    """Sections, and keys and styles that get in each other's way."""
    corpus.add("config", "all", (
        "# mine\n[options]\nzone = UTC\nascii = true\nmax-message = 64M\nkeys = less\nnope = 1\n"
        "[keys]\nhide-column = x <C-x>\nsort -1 = S\nnone = q\nset-mark = M<Any>\n"
        "[theme]\nheader = 202 on black bold\nnull = default dim\n"
        "[connection \"prod\"]\ntarget = dh://h\nuser = me\nsecret-file = /s\n").encode())
    corpus.add("config", "keys", (
        "[keys]\nnone = d q g\nhide-column = dd g x<Esc> mab ''\nquit-all = <Any> x\n"
        "move-row 5 = 0 gg<Enter> <C-c>x\nopen-help = d u <F1>x\nclose = <Space><Space> z\n"
        "move-page -1 = ?\nshift-column 1 = <Any>[\nset-mark = '<Any> gg<Any>\n"
        "cancel = <A-1> a\n").encode())
    corpus.add("config", "theme", (
        "[theme]\nheader = red on red\nheader = 16 on 0\nheader = bright-black on black\n"
        "stale = 255 on 231\ngutter = on on\ncell = 231 on 15 dim reverse\n").encode())
    corpus.add("config", "wrong", b"[option]\nx\n[connection \"a/b\"]\nk = v\n=\n[\n[keys\n]\n; x\n")


def add_services(corpus):
    corpus.add("services", "termination", b"\2" + b"\x08\x01" + string(2, b"over"))
    entry = string(1, b"http.session.durationMs") + string(2, string(3, b"300000"))
    corpus.add("services", "constants", b"\3" + string(1, entry))
    source, result = string(1, string(1, b"s/t")), string(1, b"e")
    size = string(1, string(1, b"e\1\0\0\0")) + b"\x10\xc8\1" + string(3, b"failed")
    corpus.add("services", "size", b"\6" + size)
    view = string(1, result) + string(2, source) + string(3, b"A") + string(3, b"B = C")
    corpus.add("services", "view", b"\5" + view)
    made = string(1, string(1, string(1, b"s/t")) + string(2, b"Table")) + string(2, b"t")
    times = b"\x18\x80\x88\xa8\x01\x20\x80\x90\xd0\x02"
    corpus.add("services", "command", b"\7" + string(1, b"Error") + string(2, string(1, made)) + times)
    corpus.add("services", "log-line", b"\7" + b"\x08\1" + string(2, b"STDOUT") + string(3, b"2\n"))


SHIPS, BILLION = b"\6", b"\1"  # places of tables in the demo server's list


def number(n, value):
    """A sint64 of one byte."""
    return bytes([n << 3, value << 1 if value >= 0 else -value * 2 - 1])


def add_operations(corpus):
    def column(name):
        return string(1, string(1, name))

    def text(value):
        return string(2, string(1, value))

    def compare(name, operation, value):
        return string(4, bytes([8, operation]) + string(3, column(name)) + string(4, text(value)))

    within = string(5, string(1, column(b"Flag")) + string(2, text(b"NORGE")) + b"\x18\1\x20\1")
    matches = string(8, column(b"Ship") + string(2, b"(?i)\\QA\\E.*") + b"\x18\1")
    leaves = [compare(b"Length", 0, b"200"), compare(b"Cargo", 3, b"-1e2"), within, matches,
              compare(b"Fee", 2, b"1.50"), compare(b"Built", 1, b"'2000-01-01'"),
              compare(b"Stay", 2, b"'PT1H'"), string(7, column(b"Crew")),
              string(6, string(1, b"isNaN") + string(3, column(b"Cargo"))),
              string(9, column(b"Ship") + string(2, b"an")),
              string(10, string(1, b"5") + string(2, string(1, b"Length")))]
    for i, leaf in enumerate(leaves):
        tree = string(2, string(1, leaf) + string(1, string(3, string(1, leaf))))
        corpus.add("operations", "filter-%02d" % i, b"\x0a" + SHIPS + string(3, tree))
    for i, t in enumerate([b"Length > 5 && Ship = `Ibis`", b"!isNull(Crew)", b"Pilot = true"]):
        corpus.add("operations", "where-%d" % i, b"\x0b" + SHIPS + string(3, t))
    by = string(3, string(1, b"Cargo") + b"\x10\1\x18\1") + string(3, b"\x18\2")
    corpus.add("operations", "sort", b"\x0c" + SHIPS + by)
    sums = b"".join(string(5, string(1, string(1, string(spec, b"")) + string(2, b"Fee")
                                     + string(2, b"x=Length"))) for spec in (18, 13, 11, 10, 6))
    corpus.add("operations", "aggregate", b"\x23" + SHIPS + sums + string(6, b"Flag"))
    corpus.add("operations", "distinct", b"\x09" + SHIPS + string(3, b"Flag") + string(3, b"Pilot"))
    rows = string(3, compare(b"Row", 2, b"77"))
    steps = [(10, rows), (13, number(3, 9)), (7, string(3, b"P=ii")), (11, string(3, b"P > 3")),
             (44, b""), (12, by.replace(b"Cargo", b"Prime")), (6, string(3, b"P")), (3, b"")]
    batch = b"".join(string(1, bytes([tag << 3 & 0x7f | 2 | (0x80 if tag > 15 else 0)])
                            + (bytes([tag >> 4]) if tag > 15 else b"")
                            + bytes([len(op)]) + op) for tag, op in steps)
    corpus.add("operations", "batch", b"\0" + BILLION + batch)
    corpus.add("operations", "seek", b"\1" + SHIPS + number(2, 4) + string(3, b"Ship")
               + string(4, string(1, b"ibis")) + b"\x28\1\x30\1")


def add_values(corpus):
    for kind in range(18):
        for how in (0x09, 0x30):
            value = struct.pack("<q", [0, -1, 1700000000123456789][kind % 3])
            corpus.add("format", "%02d-%02x" % (kind, how), bytes([kind, how]) + value * 2)
    corpus.add("format", "decimal", bytes([16, 0]) + struct.pack("<i", -7) + b"\x80" + b"\1" * 40)
    corpus.add("format", "double", bytes([7, 0]) + struct.pack("<d", 1e-310))


def tzif(times, types, footer):
    """One TZif file of version 2: change times with type indexes, (offset, dst) types."""
    def part(size, code):
        head = b"TZif2" + bytes(15)
        head += struct.pack(">6I", 0, 0, 0, len(times), len(types), 4)
        body = b"".join(struct.pack(code, t) for t, _ in times) + bytes(i for _, i in times)
        return head + body + b"".join(struct.pack(">iBB", o, d, 0) for o, d in types) + b"ABC\0"
    return part(4, ">i") + part(8, ">q") + b"\n" + footer + b"\n"


def add_zones(corpus):
    types = [(3600, 0), (7200, 1)]
    times = [(-1000000, 0), (0, 1), (1000000, 0)]
    for i, rule in enumerate([b"", b"UTC0", b"CET-1CEST,M3.5.0,M10.5.0/3", b"<+0330>-3:30",
                              b"EST5EDT,J60/-1,299/167:59:59", b"AAA24BBB-24,0/0,J365/23"]):
        corpus.add("zone", "rule-%d" % i, tzif(times, types, rule))
    corpus.add("zone", "version-1", b"TZif" + tzif([], types, b"")[4:44 + 16 + 4].replace(
        b"2", b"\0", 1))
    corpus.add("zone", "one-type", tzif([], [(-18000, 0)], b"EST5"))


def main():
    corpus = Corpus(sys.argv[1] if len(sys.argv) > 1 else os.path.join(HERE, "corpus"))
    for folder in sorted(glob.glob(os.path.join(RECORDINGS, "*", ""))):
        add_scenario(corpus, folder.rstrip("/"))
    add_texts(corpus)
    add_config(corpus)
    add_services(corpus)
    add_operations(corpus)
    add_values(corpus)
    add_zones(corpus)


if __name__ == "__main__":
    main()
