#!/usr/bin/env python3
"""Records golden wire streams from a live Deephaven Community Core server.

usage: capture.py HOST:PORT OUTDIR [--growth HOST:PORT] [--only NAME[,NAME...]]
       capture.py --check DIR      (no server: replays the recorded bytes through dhwire.py and compares with the manifests)

Needs: grpcio, flatbuffers, protobuf, pydeephaven (for its generated protobuf modules and the independent read-back).
HOST:PORT must accept Anonymous logins and have the python console. --growth names a second server started with
-DBarrageUtil.minSnapshotCellCount=64 -DBarrageUtil.maxSnapshotCellCount=64; without it the growth scenarios are skipped.
Every expectation is computed from the table's formula or from the rows that were written; the decoder in dhwire.py is
only used to find message boundaries and to check that the recorded bytes give the same answer.
"""
import math, shutil, warnings
warnings.filterwarnings("ignore")
from dhwire import *
from deephaven_core.proto import table_pb2 as tp, ticket_pb2 as tk, console_pb2 as kp, hierarchicaltable_pb2 as hp, object_pb2 as op, inputtable_pb2 as ip, session_pb2 as sp

CONSOLE = "/io.deephaven.proto.backplane.script.grpc.ConsoleService/"
FLIGHT = "/arrow.flight.protocol.FlightService/"

def tick(b): return tk.Ticket(ticket=b)
def ref(b): return tp.TableReference(ticket=tick(b))

def jsonable(v):
    if isinstance(v, float):
        if math.isnan(v): return "NaN"
        if math.isinf(v): return "Infinity" if v > 0 else "-Infinity"
    if isinstance(v, (list, tuple)): return [jsonable(x) for x in v]
    return v

class Scenario:
    def __init__(self, target, out, name, what):
        self.c = Client(target)
        self.version = None
        self.dir = os.path.join(out, name)
        shutil.rmtree(self.dir, ignore_errors=True)
        os.makedirs(self.dir)
        self.m = {"scenario": name, "what": what, "server_version": server_version(self.c), "query": "", "requests": [], "options": {},
                  "messages": [], "updates": []}
        self.console_id = None
        self.stream = None
        self.rpc0 = len(self.c.log)
    # -- server side
    def console(self, code, keep=True):
        if self.console_id is None:
            i = self.c.new_id()
            self.c.unary(CONSOLE + "StartConsole", kp.StartConsoleRequest(result_id=tick(export_ticket(i)), session_type="python"))
            self.console_id = i
        if keep: self.m["query"] += code.strip() + "\n"
        r = kp.ExecuteCommandResponse.FromString(self.c.unary(CONSOLE + "ExecuteCommand", kp.ExecuteCommandRequest(console_id=tick(export_ticket(self.console_id)), code=code)))
        assert not r.error_message, r.error_message[:2000]
        self.rpc0 = max(self.rpc0, len(self.c.log)) if keep and not self.m["messages"] and self.stream is None else self.rpc0
    def fetch(self, name):
        i = self.c.new_id()
        r = tp.ExportedTableCreationResponse.FromString(self.c.unary(P + "TableService/FetchTable", tp.FetchTableRequest(source_id=ref(scope_ticket(name)), result_id=tick(export_ticket(i)))))
        self.m["etcr"] = {"size": r.size, "is_static": r.is_static}
        return export_ticket(i)
    # -- stream
    def open(self, kind="viewport", dhnulls=True):
        self.kind, self.dhnulls = kind, dhnulls
        self.m["kind"] = kind
        self.stream = self.c.exchange()
        self.schema = self.asm = self.state = None
    def subscribe(self, ticket, words, viewport=None, columns=None, reverse=False, **kw):
        o = dict(dhnulls=self.dhnulls, batch=100000, maxmsg=10_000_000); o.update(kw)
        self.m["options"] = {"use_deephaven_nulls": o["dhnulls"], "batch_size": o["batch"], "max_message_size": o["maxmsg"], "min_update_interval_ms": o.get("interval", 0)}
        self.target = (viewport, columns, reverse)
        self.m["requests"].append({"message": len(self.stream.msgs), "words": words, "viewport": viewport, "columns": columns, "reverse": reverse})
        self.stream.send(flight_data(meta=sub_request(ticket, viewport=viewport, columns=columns, reverse=reverse, **o)))
    def snapshot(self, ticket, words, viewport=None, columns=None, reverse=False, **kw):
        o = dict(dhnulls=self.dhnulls, batch=100000, maxmsg=10_000_000); o.update(kw)
        self.m["options"] = {"use_deephaven_nulls": o["dhnulls"], "batch_size": o["batch"], "max_message_size": o["maxmsg"]}
        self.target = (viewport, columns, reverse)
        self.m["requests"].append({"message": 0, "words": words, "viewport": viewport, "columns": columns, "reverse": reverse})
        self.stream.send(flight_data(meta=snap_request(ticket, viewport=viewport, columns=columns, reverse=reverse, **o)))
        self.stream.half_close()
    def update(self, timeout=10):
        """Reads one complete update; None at end of stream."""
        while True:
            r = self.stream.recv(timeout)
            if r is None: return None
            n, raw = r
            fd = FlightData(raw)
            if self.schema is None:
                self.schema = Schema(fd.header)
                self.asm = Assembler(self.schema)
                self.state = (Window if self.kind == "viewport" else KeyState)(self.schema, self.dhnulls)
                continue
            u = self.asm.feed(fd, n)
            if u:
                self.state.apply(u)
                return u
    def complete(self, u):
        """Does this update satisfy the newest request?"""
        m = u.meta
        if not m.is_snapshot: return False
        vp, cols, rev = self.target
        want = list(range(len(self.schema.fields))) if cols is None else cols
        got = list(range(len(self.schema.fields))) if m.columns is None else m.columns
        same = m.viewport is None if vp is None else m.viewport == [tuple(x) for x in vp]
        return same and got == want and (m.reverse == rev or vp is None)
    def expect(self, u, data, size=None, note=None, rows=None):
        """data: column name -> full expected values of the window/table after u. Checks the recorded bytes against it."""
        st, m = self.state, u.meta
        names = [self.schema.fields[i].name for i in st.columns]
        want = {k: jsonable(list(data[k])) for k in names}
        have = {k: jsonable(v) for k, v in st.contents().items()}
        if want != have:
            for k in names:
                if want[k] != have[k]: raise SystemExit("%s: column %s after message %d\n want %r\n have %r\n meta %r" % (self.m["scenario"], k, u.last_msg, want[k], have[k], m.short()))
        if size is not None: assert st.size == size, ("table_size", st.size, size)
        e = {"after": "%03d.s2c.bin" % u.last_msg, "first": "%03d.s2c.bin" % u.first_msg, "snapshot": m.is_snapshot, "completes_request": self.complete(u),
             "effective_viewport": st.viewport, "effective_reverse": bool(getattr(st, "reverse", False)), "columns": names,
             "rows": len(next(iter(want.values()))) if want else rows, "table_size": st.size, "data": want}
        if note: e["note"] = note
        self.m["updates"].append(e)
        return e
    def until(self, data_fn, done=None, timeout=10, limit=200):
        """Expects every update up to the completing one. data_fn(update) -> (data, size)."""
        done = done or self.complete
        for _ in range(limit):
            u = self.update(timeout)
            d, size = data_fn(u)
            self.expect(u, d, size)
            if done(u): return u
        raise SystemExit("no completion")
    def finish(self, note=None):
        if self.stream:
            if self.stream.status is None: self.stream.cancel()
            with self.stream.lock: msgs = list(self.stream.msgs)
            last = max([0] + [int(x["after"][:3]) for x in self.m["updates"]])
            keep = len(msgs) if not self.m["updates"] else max(last + 1, *(r["message"] + 1 for r in self.m["requests"]))
            for n, (d, raw, t) in enumerate(msgs[:keep]):
                f = "%03d.%s.bin" % (n, d)
                open(os.path.join(self.dir, f), "wb").write(raw)
                self.m["messages"].append({"file": f, "bytes": len(raw)})
        rpcs = []
        for meth, req, resp, err in self.c.log[self.rpc0:]:
            if "ConsoleService" in meth: continue
            n = "rpc%02d.%s" % (len(rpcs), meth.rsplit("/", 1)[1])
            open(os.path.join(self.dir, n + ".req.bin"), "wb").write(bytes(req))
            e = {"method": meth, "request": n + ".req.bin"}
            if resp is not None:
                open(os.path.join(self.dir, n + ".resp.bin"), "wb").write(resp); e["response"] = n + ".resp.bin"
            else: e["status"], e["message"] = err
            rpcs.append(e)
        self.m["rpcs"] = rpcs
        if note: self.m["note"] = note
        write_manifest(self.dir, self.m)
        try: self.c.unary(P + "SessionService/CloseSession", sp.HandshakeRequest(auth_protocol=0))
        except grpc.RpcError: pass
        self.c.close()
        print("%-28s %3d messages %7d bytes" % (self.m["scenario"], len(self.m["messages"]), sum(os.path.getsize(os.path.join(self.dir, f)) for f in os.listdir(self.dir))), flush=True)

def write_manifest(d, m):
    ups = m.pop("updates")
    s = json.dumps(m, indent=1, ensure_ascii=True)
    body = ",\n".join("  " + json.dumps(u, ensure_ascii=True) for u in ups)
    s = s[:-2] + ',\n "updates": [\n' + body + "\n ]\n}\n"
    open(os.path.join(d, "manifest.json"), "w").write(s)
    m["updates"] = ups

def server_version(c):
    from deephaven_core.proto import config_pb2 as cp
    r = cp.ConfigurationConstantsResponse.FromString(c.unary(P + "ConfigService/GetConfigurationConstants", b""))
    return r.config_values["deephaven.version"].string_value

def positions(viewport, size, reverse=False):
    """Table positions a window shows"""
    p = [k for a, b in viewport for k in range(a, min(b, size - 1) + 1)]
    return sorted(size - 1 - k for k in p) if reverse else p

def at(table, viewport, reverse=False):
    """table: column -> all values. -> the window's columns."""
    n = len(next(iter(table.values())))
    ps = positions(viewport, n, reverse)
    return {k: [v[p] for p in ps] for k, v in table.items()}

def arrow_readback(target, name, table):
    """Independent check: reads the table with pydeephaven/pyarrow and compares what pyarrow can express."""
    import pydeephaven, pyarrow as pa
    host, port = target.rsplit(":", 1)
    s = pydeephaven.Session(host=host, port=int(port))
    try:
        t = s.open_table(name).to_arrow()
        done = []
        for k, want in table.items():
            col = t.column(k)
            ty = col.type
            try:
                if pa.types.is_timestamp(ty) or pa.types.is_time64(ty) or pa.types.is_duration(ty) or pa.types.is_date64(ty):
                    have = col.combine_chunks().view(pa.int64()).to_pylist() if not pa.types.is_duration(ty) else col.cast(pa.int64()).to_pylist()
                elif pa.types.is_binary(ty):
                    jt = t.schema.field(k).metadata[b"deephaven:type"].decode()
                    cv = {"java.math.BigInteger": lambda x: str(int.from_bytes(x, "big", signed=True)), "java.math.BigDecimal": dec_str}.get(jt, bytes.hex)
                    have = [None if x is None else cv(x) for x in col.to_pylist()]
                elif pa.types.is_list(ty) and pa.types.is_timestamp(ty.value_type):
                    have = [[int(x.value) for x in r] for r in col.to_pylist()]
                else: have = col.to_pylist()
            except Exception as e:
                continue
            if jsonable(have) != jsonable(list(want)): raise SystemExit("read-back of %s.%s: %r != %r" % (name, k, have, want))
            done.append(k)
        return done
    finally: s.close()

# ================================================================ scenarios
TYPES_QUERY = r'''
from deephaven import new_table, empty_table, dtypes
from deephaven.column import *
from deephaven.constants import *
_s = new_table([
    byte_col("Byte", [1, NULL_BYTE, MIN_BYTE, MAX_BYTE, 0, -1]),
    short_col("Short", [2, NULL_SHORT, MIN_SHORT, MAX_SHORT, 0, -1]),
    int_col("Int", [3, NULL_INT, MIN_INT, MAX_INT, 0, -1]),
    long_col("Long", [4, NULL_LONG, MIN_LONG, MAX_LONG, 0, -1]),
    char_col("Char", [65, NULL_CHAR, 0, 0x20AC, 0xFFFE, 0xD800]),
    float_col("Float", [1.5, NULL_FLOAT, float("-inf"), float("inf"), float("nan"), -0.0]),
    double_col("Double", [2.5, NULL_DOUBLE, float("-inf"), float("inf"), float("nan"), -0.0]),
    bool_col("Boolean", [True, None, False, True, False, None]),
    string_col("String", ["a", None, "", "\u00e9\u20ac", "tab\tnl\n", "x" * 40]),
    string_col("SInst", ["2024-01-02T03:04:05.123456789Z", None, "1677-09-22T00:00:00Z", "2262-04-11T00:00:00Z", "1970-01-01T00:00:00Z", "1969-12-31T23:59:59.999999999Z"]),
    string_col("SZdt", ["2024-01-02T03:04:05 ET", None, "2024-07-02T03:04:05 ET", "2262-04-11T00:00:00 UTC", "1970-01-01T00:00:00 UTC", "2000-01-01T00:00:00 JP"]),
    string_col("SDate", ["2024-02-29", None, "0001-01-01", "9999-12-31", "1970-01-01", "1969-12-31"]),
    string_col("STime", ["12:34:56.789012345", None, "00:00:00", "23:59:59.999999999", "12:00:00", "00:00:00.000000001"]),
    string_col("SDur", ["PT1H2M3.5S", None, "-PT1S", "P100D", "PT0S", "PT0.000000001S"]),
    string_col("SPer", ["P1Y2M", None, "-P1M", "P100Y", "P0D", "P1Y2M3D"]),
    string_col("SBigInt", ["128", None, "-1", "123456789012345678901234567890", "0", "-128"]),
    string_col("SBigDec", ["123.4500", None, "-0.001", "12345678901234567890.123456789", "1000", "0"]),
])
all_types = _s.update([
    "Instant=parseInstantQuiet(SInst)", "ZonedDateTime=parseZonedDateTimeQuiet(SZdt)",
    "LocalDate=parseLocalDateQuiet(SDate)", "LocalTime=parseLocalTimeQuiet(STime)",
    "Duration=parseDurationQuiet(SDur)", "Period=parsePeriodQuiet(SPer)",
    "BigInteger=SBigInt==null ? null : new java.math.BigInteger(SBigInt)",
    "BigDecimal=SBigDec==null ? null : new java.math.BigDecimal(SBigDec)",
]).drop_columns(["SInst", "SZdt", "SDate", "STime", "SDur", "SPer", "SBigInt", "SBigDec"])
'''
from datetime import date, datetime, timezone, timedelta
def _ns(y, mo, d, h=0, mi=0, s=0): return int((datetime(y, mo, d, h, mi, s, tzinfo=timezone.utc) - datetime(1970, 1, 1, tzinfo=timezone.utc)) / timedelta(seconds=1)) * 10**9
def _day(y, m, d): return (date(y, m, d) - date(1970, 1, 1)).days
DAY = 86400000
TYPES = {
    "Byte": [1, None, -127, 127, 0, -1], "Short": [2, None, -32767, 32767, 0, -1], "Int": [3, None, 1 - 2**31, 2**31 - 1, 0, -1],
    "Long": [4, None, 1 - 2**63, 2**63 - 1, 0, -1], "Char": [65, None, 0, 0x20AC, 0xFFFE, 0xD800],
    "Float": [1.5, None, -math.inf, math.inf, math.nan, -0.0], "Double": [2.5, None, -math.inf, math.inf, math.nan, -0.0],
    "Boolean": [True, None, False, True, False, None], "String": ["a", None, "", "\u00e9\u20ac", "tab\tnl\n", "x" * 40],
    "Instant": [_ns(2024, 1, 2, 3, 4, 5) + 123456789, None, _ns(1677, 9, 22), _ns(2262, 4, 11), 0, -1],
    "ZonedDateTime": [_ns(2024, 1, 2, 8, 4, 5), None, _ns(2024, 7, 2, 7, 4, 5), _ns(2262, 4, 11), 0, _ns(1999, 12, 31, 15)],
    "LocalDate": [_day(2024, 2, 29) * DAY, None, _day(1, 1, 1) * DAY, _day(9999, 12, 31) * DAY, 0, -DAY],
    "LocalTime": [45296789012345, None, 0, 86399999999999, 43200 * 10**9, 1],
    "Duration": [3723500000000, None, -10**9, 100 * DAY * 10**6, 0, 1], "Period": [14, None, -1, 1200, 0, 14],
    "BigInteger": ["128", None, "-1", "123456789012345678901234567890", "0", "-128"],
    "BigDecimal": ["123.45", None, "-0.001", "12345678901234567890.123456789", "1000", "0"],
}
LISTS_QUERY = r'''
from deephaven import new_table, empty_table, dtypes
from deephaven.column import InputColumn
from deephaven.constants import *
_a = lambda dt, v: None if v is None else dtypes.array(dt, v)
arrays = new_table([
    InputColumn("Bytes", dtypes.byte_array, input_data=[_a(dtypes.byte, v) for v in [[1, 2, -1], None, []]]),
    InputColumn("Ints", dtypes.int32_array, input_data=[_a(dtypes.int32, v) for v in [[1, NULL_INT, 3], None, []]]),
    InputColumn("Strings", dtypes.string_array, input_data=[_a(dtypes.string, v) for v in [["a", None, "\u00e9"], None, []]]),
    InputColumn("Doubles", dtypes.double_array, input_data=[_a(dtypes.double, v) for v in [[0.5, NULL_DOUBLE], None, []]]),
])
vectors = empty_table(7).update(["K=ii%3", "B=(byte)ii", "L=ii==3 ? NULL_LONG : ii", "D=ii*0.5", "S=ii==2 ? null : `s`+ii", "C=(char)(97+ii)", "F=(float)ii", "H=(short)ii", "Bo=ii%2==0", "T='2024-01-01T00:00:00Z'+ii*SECOND"]).group_by("K")
'''
ARRAYS = {"Bytes": ["0102ff", None, ""], "Ints": [[1, None, 3], None, []], "Strings": [["a", None, "\u00e9"], None, []], "Doubles": [[0.5, None], None, []]}
_g = lambda f: [[f(i) for i in range(7) if i % 3 == k] for k in range(3)]
VECTORS = {"K": [0, 1, 2], "B": _g(lambda i: i), "L": _g(lambda i: None if i == 3 else i), "D": _g(lambda i: i * 0.5), "S": _g(lambda i: None if i == 2 else "s%d" % i),
           "C": _g(lambda i: 97 + i), "F": _g(float), "H": _g(lambda i: i), "Bo": _g(lambda i: i % 2 == 0), "T": _g(lambda i: _ns(2024, 1, 1) + i * 10**9)}
STRINGS_QUERY = r'''
from deephaven import empty_table
strings = empty_table(8).update(["Idx=(int)ii", r"Text=(String)(ii==0 ? `` : ii==1 ? null : ii==2 ? `plain` : ii==3 ? `caf\u00e9 \u20ac` : ii==4 ? new String(Character.toChars(0x1F600)) : ii==5 ? `a\tb\nc` : ii==6 ? String.valueOf((char)0xD800) : new String(new char[] {(char)0, (char)27, (char)91, (char)51, (char)49, (char)109, (char)0x202E, (char)0x301, (char)0x4E2D}))"])
'''
STRINGS = {"Idx": list(range(8)), "Text": ["", None, "plain", "caf\u00e9 \u20ac", "\U0001F600", "a\tb\nc", "?", "\x00\x1b[31m\u202e\u0301\u4e2d"]}

def static_case(a, name, what, query, table, data, dhnulls, note=None):
    s = Scenario(a.target, a.out, name, what)
    s.console(query)
    s.m["readback_by_pyarrow"] = arrow_readback(a.target, table, data)
    t = s.fetch(table)
    s.open(dhnulls=dhnulls)
    s.subscribe(t, "viewport 0..9, all columns", [(0, 9)])
    n = len(next(iter(data.values())))
    s.until(lambda u: (at(data, [(0, 9)]), n))
    s.finish(note)

def types_arrow(a): static_case(a, "types-arrow-nulls", "every simple Java type with nulls and edge values; nulls in bitmaps", TYPES_QUERY, "all_types", TYPES, False)
def types_dh(a): static_case(a, "types-deephaven-nulls", "the same table with use_deephaven_nulls; sentinels, bitmaps only for Boolean, String, BigInteger, BigDecimal", TYPES_QUERY, "all_types", TYPES, True)
def arrays_arrow(a): static_case(a, "arrays-arrow-nulls", "byte[], int[], String[], double[] with null list, empty list and null element", LISTS_QUERY, "arrays", ARRAYS, False)
def arrays_dh(a): static_case(a, "arrays-deephaven-nulls", "the same with use_deephaven_nulls", LISTS_QUERY, "arrays", ARRAYS, True)
def vectors_arrow(a): static_case(a, "vectors-arrow-nulls", "group_by vectors of nine element types", LISTS_QUERY, "vectors", VECTORS, False)
def vectors_dh(a): static_case(a, "vectors-deephaven-nulls", "the same with use_deephaven_nulls", LISTS_QUERY, "vectors", VECTORS, True)
def strings(a): static_case(a, "strings", "unicode, empty, null, control characters, right-to-left override, combining mark; the lone surrogate arrives as '?'", STRINGS_QUERY, "strings", STRINGS, True)

def _mil(n): return {"I": list(range(n)), "S": ["row%d" % i for i in range(n)], "D": [i * 0.5 for i in range(n)], "B": [i % 2 == 0 for i in range(n)]}
def _milq(name, n): return 'from deephaven import empty_table\n%s = empty_table(%d).update(["I=ii", "S=`row`+ii", "D=ii*0.5", "B=ii%%2==0"])\n' % (name, n)

def scroll(a):
    s = Scenario(a.target, a.out, "scroll-static", "viewport scrolled down, up, jumped, beyond the end, empty, two ranges; static table of 1000 rows")
    s.console(_milq("mil", 1000)); data = _mil(1000)
    t = s.fetch("mil"); s.open()
    for w, vp in [("rows 0..49", [(0, 49)]), ("down by 10", [(10, 59)]), ("up by 5", [(5, 54)]), ("jump", [(900, 949)]), ("partly beyond the end", [(980, 1029)]),
                  ("entirely beyond the end", [(2000, 2049)]), ("back to the top, smaller", [(0, 9)]), ("two ranges", [(0, 9), (100, 109)]), ("inside", [(3, 7)]), ("empty viewport", []), ("rows 0..9", [(0, 9)])]:
        s.subscribe(t, w, vp)
        s.until(lambda u: (at(data, s.state.viewport), 1000))
    s.finish()

def columns(a):
    s = Scenario(a.target, a.out, "column-change", "columns added, dropped, swapped and the direction flipped mid-stream; static table of 1000 rows")
    s.console(_milq("mil", 1000)); data = _mil(1000)
    t = s.fetch("mil"); s.open()
    for w, vp, cols, rev in [("column I only", [(0, 9)], [0], False), ("add D", [(0, 9)], [0, 2], False), ("drop I", [(0, 9)], [2], False), ("S and B instead", [(0, 9)], [1, 3], False),
                             ("all columns by leaving the field out, moved by 5", [(5, 14)], None, False), ("no columns", [(5, 14)], [], False), ("I, reverse viewport", [(0, 9)], [0], True),
                             ("I, still reverse, moved", [(5, 14)], [0], True), ("I and S, forward again", [(0, 9)], [0, 1], False)]:
        s.subscribe(t, w, vp, cols, rev)
        s.until(lambda u: (at(data, s.state.viewport, s.state.reverse), 1000))
    s.finish()

TICK_QUERY = r'''
from deephaven import time_table
ticking = time_table("PT0.1S").update(["I=ii", "S=`r`+ii", "D=ii*0.25"])
'''
def tick_rows(n): return {"I": list(range(n)), "S": ["r%d" % i for i in range(n)], "D": [i * 0.25 for i in range(n)]}

def append_reverse(a):
    s = Scenario(a.target, a.out, "append-reverse", "append-only ticking table, reverse viewport 0..9 (the last ten rows), then forward, then beyond the end")
    s.console(TICK_QUERY)
    t = s.fetch("ticking"); s.open()
    def f(u): return at(tick_rows(u.meta.table_size), s.state.viewport, s.state.reverse), u.meta.table_size
    s.subscribe(t, "reverse 0..9, columns I S D", [(0, 9)], [1, 2, 3], True); s.until(f)
    n = [0]
    def count(k):
        n[0] = 0
        def d(u): n[0] += 1; return n[0] >= k
        return d
    s.until(f, count(5))
    s.subscribe(t, "forward 0..4", [(0, 4)], [1, 2, 3], False); s.until(f); s.until(f, count(2))
    s.subscribe(t, "forward 40..99, the table grows into it", [(40, 99)], [1, 2, 3], False); s.until(f); s.until(f, count(4))
    s.console("ticking = None", keep=False)
    s.finish()

def sorted_desc(a):
    s = Scenario(a.target, a.out, "sorted-descending", "ticking table sorted descending: every tick inserts rows at the top")
    s.console(TICK_QUERY + 'sorted_tick = ticking.sort_descending("I")\n')
    t = s.fetch("sorted_tick"); s.open()
    def f(u):
        n = u.meta.table_size
        d = {k: v[::-1] for k, v in tick_rows(n).items()}
        return at(d, s.state.viewport, s.state.reverse), n
    n = [0]
    def count(k):
        n[0] = 0
        def d(u): n[0] += 1; return n[0] >= k
        return d
    time.sleep(2.5)
    s.subscribe(t, "rows 0..19", [(0, 19)], [1, 2, 3]); s.until(f); s.until(f, count(3))
    s.subscribe(t, "rows 5..24", [(5, 24)], [1, 2, 3]); s.until(f); s.until(f, count(3))
    s.subscribe(t, "column I only, reverse 0..4", [(0, 4)], [1], True); s.until(f); s.until(f, count(2))
    s.console("ticking = None\nsorted_tick = None", keep=False)
    s.finish()

def modify_last_by(a):
    s = Scenario(a.target, a.out, "modify-last-by", "time_table(...).last_by: five rows whose cells change in place every cycle; only columns V and D are modified")
    s.console('from deephaven import time_table\nmods = time_table("PT0.2S").update(["K=ii%5", "V=ii", "D=ii*0.25"]).view(["K", "V", "D"]).last_by("K")\n')
    t = s.fetch("mods"); time.sleep(2); s.open()
    def f(u):
        # the source's row count N is read from the largest V; everything else follows from it
        k = s.schema.fields.index(next(x for x in s.schema.fields if x.name == "V"))
        N = max(s.state.cols[k]) + 1
        V = [max(i for i in range(N) if i % 5 == r) for r in range(5)]
        return at({"K": list(range(5)), "V": V, "D": [v * 0.25 for v in V]}, s.state.viewport), 5
    s.subscribe(t, "rows 0..9, all columns", [(0, 9)]); s.until(f)
    n = [0]
    def done(u): n[0] += 1; return n[0] >= 5
    s.until(f, done)
    s.console("mods = None", keep=False)
    s.finish("N is taken from the largest value in column V of the window, the rest is computed")

KEYED = '''
from deephaven import input_table, new_table, dtypes as dht
from deephaven.column import long_col, string_col, double_col
kt = input_table(col_defs={"K": dht.long, "A": dht.string, "V": dht.double}, key_cols="K")
def put(ks, a="a", v=0.5): kt.add(new_table([long_col("K", ks), string_col("A", [a+str(k) for k in ks]), double_col("V", [v*k for k in ks])]))
def rem(ks): kt.delete(new_table([long_col("K", ks)]))
'''
class Model:
    """What the keyed input table must hold, sorted by K."""
    def __init__(self): self.d = {}
    def put(self, ks, a="a", v=0.5):
        for k in ks: self.d[k] = (a + str(k), v * k)
        return "put(%r, %r, %r)" % (list(ks), a, v)
    def rem(self, ks):
        for k in ks: self.d.pop(k, None)
        return "rem(%r)" % list(ks)
    def table(self):
        ks = sorted(self.d)
        return {"K": ks, "A": [self.d[k][0] for k in ks], "V": [self.d[k][1] for k in ks]}

def keyed_steps(a, name, what, table_code, table, first, steps, viewport, kind="viewport", columns=None, extra=None, reverse=False):
    s = Scenario(a.target, a.out, name, what)
    M = Model()
    s.console(KEYED + table_code + M.put(first) + "\n")
    t = s.fetch(table); s.open(kind)
    def f(u):
        T = M.table()
        if extra: T = extra(T)
        n = len(T["K"])
        return (at(T, s.state.viewport, s.state.reverse) if kind == "viewport" else T), n
    s.subscribe(t, "viewport %r, columns %r" % (viewport, columns), viewport, columns, reverse); s.until(f)
    s.m["steps"] = []
    for st in steps:
        if st[0] == "vp":
            s.subscribe(t, "viewport %r" % (st[1],), st[1], columns, reverse); s.until(f); continue
        code = getattr(M, st[0])(*st[1:])
        s.m["steps"].append({"before_message": len(s.stream.msgs), "console": code})
        s.console(code, keep=False)
        u = s.update(15)
        d, n = f(u)
        s.expect(u, d, n, note=code)
    s.console("kt = None\n%s = None" % table, keep=False)
    s.finish()

def modify_keyed(a):
    keyed_steps(a, "modify-keyed", "keyed input table: single cells, whole rows and rows outside the viewport change in place; W depends on V only", 'mt = kt.sort("K").update(["W=V+1"])\n', "mt", range(12),
                [("put", [3], "b", 0.5), ("put", [0, 1, 2, 9], "a", 2.0), ("put", [11], "z", 9.0), ("put", [2, 3, 100], "c", 1.0), ("put", list(range(12)), "d", 0.25)], [(0, 7)], extra=lambda T: dict(T, W=[v + 1 for v in T["V"]]))

def modify_columns(a):
    keyed_steps(a, "modify-column-subset", "the same kind of changes with columns K and V subscribed", 'mt = kt.sort("K").update(["W=V+1"])\n', "mt", range(12),
                [("put", [3], "b", 0.5), ("put", [0, 9, 11], "a", 2.0), ("put", [4, 50], "c", 7.0)], [(0, 7)], columns=[0, 2], extra=lambda T: dict(T, W=[v + 1 for v in T["V"]]))

def shrink(a):
    keyed_steps(a, "shrink", "rows removed inside, above and below the viewport, at the end, down to nothing, then refilled", 'st = kt.sort("K")\n', "st", range(20),
                [("rem", [7]), ("rem", [0, 1]), ("rem", [19]), ("put", [0], "n", 1.0), ("rem", list(range(8, 19))), ("rem", list(range(0, 20))), ("put", list(range(30)), "r", 2.0)], [(5, 14)])

def shrink_reverse(a):
    keyed_steps(a, "shrink-reverse", "the same with a reverse viewport 0..4", 'st = kt.sort("K")\n', "st", range(20),
                [("rem", [19]), ("rem", [0]), ("rem", [16, 17]), ("rem", list(range(4, 15))), ("rem", [1, 2, 3, 15, 18]), ("put", list(range(8)), "r", 2.0)], [(0, 4)], reverse=True)

def full_shifts(a):
    keyed_steps(a, "full-sort-shifts", "full subscription (row keys, shifts) to a sorted table; rows inserted in the middle, changed and removed", 'ft = kt.sort("K")\n', "ft", [10, 20, 30, 40],
                [("put", [15], "b", 1.0), ("put", [5, 25, 45], "c", 1.0), ("rem", [20]), ("put", [11, 12, 13, 14, 40], "d", 2.0), ("rem", [5, 45]), ("put", list(range(100, 140)), "e", 0.5), ("put", list(range(50, 60)), "f", 0.5)], None, kind="full")

def full_static(a):
    s = Scenario(a.target, a.out, "full-static", "full subscription to a static table of 300 rows")
    s.console(_milq("mil3", 300)); data = _mil(300)
    t = s.fetch("mil3"); s.open("full")
    s.subscribe(t, "no viewport, no columns: everything", None)
    s.until(lambda u: (data, 300)); s.finish()

def empties(a):
    for name, what, q, t, kind, vp in [
        ("empty-static", "static table without rows", 'from deephaven import empty_table\nem = empty_table(0).update(["I=ii", "S=`x`"])\n', "em", "viewport", [(0, 9)]),
        ("empty-refreshing", "refreshing table that never has rows", 'from deephaven import time_table\nem = time_table("PT1S").view(["I=ii", "S=`x`"]).where("I<0")\n', "em", "viewport", [(0, 9)]),
        ("empty-full", "full subscription to a static table without rows", 'from deephaven import empty_table\nem = empty_table(0).update(["I=ii", "S=`x`"])\n', "em", "full", None)]:
        s = Scenario(a.target, a.out, name, what)
        s.console(q); tk_ = s.fetch(t); s.open(kind)
        s.subscribe(tk_, "viewport %r" % (vp,), vp); s.until(lambda u: ({"I": [], "S": []}, 0)); s.finish()

def blink(a):
    s = Scenario(a.target, a.out, "blink", "blink table (table_publisher): each update replaces everything; the first snapshot is empty")
    s.console('''
from deephaven import new_table, dtypes as dht
from deephaven.column import long_col, string_col
from deephaven.stream.table_publisher import table_publisher
bt, btp = table_publisher("bt", {"K": dht.long, "A": dht.string})
def putb(ks): btp.add(new_table([long_col("K", ks), string_col("A", ["b"+str(k) for k in ks])]))
''')
    t = s.fetch("bt"); s.open()
    s.subscribe(t, "rows 0..4", [(0, 4)]); s.until(lambda u: ({"K": [], "A": []}, 0))
    s.m["steps"] = []
    for ks in ([1, 2, 3], [4], list(range(10, 18)), [5, 6]):
        s.m["steps"].append({"before_message": len(s.stream.msgs), "console": "putb(%r)" % ks})
        s.console("putb(%r)" % ks, keep=False)
        while True:
            u = s.update(15)
            size = u.meta.table_size
            rows = ks if size else []
            s.expect(u, at({"K": rows, "A": ["b%d" % k for k in rows]}, s.state.viewport), size, note="putb(%r)" % ks if size else "quiet cycle")
            if size: break
    try:
        while True:
            u = s.update(3); s.expect(u, {"K": [], "A": []}, 0, note="quiet cycle")
            break
    except queue.Empty: s.m["quiet_cycle"] = "no message within 3 s after the last rows"
    s.console("btp.publish_failure(Exception('done')) if False else None\nbt = None\nbtp = None", keep=False)
    s.finish()

def growth(a):
    if not a.growth: return
    n = 100
    s = Scenario(a.growth, a.out, "growth-viewport", "64 cells per round: a window of 100 rows x 4 columns arrives in pieces, then a scroll with overlap")
    s.console(_milq("g", 1000)); data = _mil(1000); t = s.fetch("g"); s.open()
    for w, vp, cols in [("rows 0..99", [(0, 99)], None), ("rows 50..149", [(50, 149)], None), ("columns I and S, rows 60..139", [(60, 139)], [0, 1])]:
        s.subscribe(t, w, vp, cols); s.until(lambda u: (at(data, s.state.viewport), 1000))
    s.finish()
    s = Scenario(a.growth, a.out, "growth-full", "64 cells per round: full subscription to 100 static rows; keys are known from the first round, data comes later")
    s.console(_milq("g2", 100)); data = _mil(100); t = s.fetch("g2"); s.open("full")
    s.subscribe(t, "everything", None)
    def f(u):
        cov = 100 if u.meta.viewport is None else u.meta.viewport[-1][1] + 1
        return {k: v[:cov] + [None] * (100 - cov) for k, v in data.items()}, 100
    s.until(f); s.finish("cells of rows whose data has not arrived are null in the expectation")
    s = Scenario(a.growth, a.out, "growth-ticking", "growth on a ticking sorted table: deltas may come between rounds")
    s.console(TICK_QUERY + 'sorted_tick = ticking.sort_descending("I")\n'); t = s.fetch("sorted_tick"); time.sleep(8); s.open()
    def h(u):
        m = u.meta.table_size; d = {k: v[::-1] for k, v in tick_rows(m).items()}
        return at(d, s.state.viewport), m
    s.subscribe(t, "rows 0..59, columns I S D", [(0, 59)], [1, 2, 3]); s.until(h)
    k = [0]
    def done(u): k[0] += 1; return k[0] >= 3
    s.until(h, done)
    s.console("ticking = None\nsorted_tick = None", keep=False); s.finish()

def snapshots(a):
    data = _mil(1000)
    for name, what, vp, cols, rev, kw in [
        ("snapshot-viewport", "BarrageSnapshotRequest, rows 100..149, columns I and S", [(100, 149)], [0, 1], False, {}),
        ("snapshot-full", "BarrageSnapshotRequest without viewport, batches of 300 rows", None, None, False, {"batch": 300}),
        ("snapshot-reverse", "BarrageSnapshotRequest, reverse viewport 0..9", [(0, 9)], [0, 1, 2, 3], True, {})]:
        s = Scenario(a.target, a.out, name, what)
        s.console(_milq("mil", 1000)); t = s.fetch("mil"); s.open("full")
        s.snapshot(t, what, vp, cols, rev, **kw)
        while True:
            u = s.update()
            if u is None: break
            ps = positions(vp, 1000, rev) if vp is not None else list(range(1000))
            full = {k: [v[p] if p in set(ps) else None for p in range(1000)] for k, v in data.items()}
            # the manifest lists only the delivered rows
            want = {s.schema.fields[c].name: jsonable([data[s.schema.fields[c].name][p] for p in ps]) for c in s.state.columns}
            have = {s.schema.fields[c].name: jsonable([s.state.cols[c][p] for p in sorted(s.state.cols[c])]) for c in s.state.columns}
            if want != have and u.meta.viewport == vp: raise SystemExit("%s differs" % name)
            s.m["updates"].append({"after": "%03d.s2c.bin" % u.last_msg, "first": "%03d.s2c.bin" % u.first_msg, "snapshot": True, "added_rows": u.meta.added, "added_rows_included": u.meta.included,
                                   "effective_viewport": u.meta.viewport, "effective_reverse": u.meta.reverse, "columns": list(want), "rows": len(ps), "data": want})
        assert s.m["updates"]
        s.m["status"] = s.stream.status[0]
        s.finish()

def doget(a):
    for name, what, q, tname, data in [
        ("doget-static", "DoGet of a static table; 000.c2s is the Flight Ticket", _milq("mil2", 200), "mil2", _mil(200)),
        ("doget-types", "DoGet of the table with all types", TYPES_QUERY, "all_types", TYPES),
        ("doget-empty", "DoGet of a static table without rows: the schema message only", 'from deephaven import empty_table\nem = empty_table(0).update(["I=ii", "S=`x`"])\n', "em", {"I": [], "S": []})]:
        s = Scenario(a.target, a.out, name, what)
        s.console(q); t = s.fetch(tname)
        req = pb_bytes(1, t)
        msgs = [("c2s", req, 0)]
        call = s.c.sstream(FLIGHT + "DoGet", req)
        for m in call: msgs.append(("s2c", m, 0))
        sch = Schema(FlightData(msgs[1][1]).header); A = Assembler(sch); S = KeyState(sch, False); last = None
        for k, (d, m, _) in enumerate(msgs[2:], 2):
            u = A.feed(FlightData(m), k)
            if u: S.apply(u); last = u
        if last:
            have = {k: jsonable(v) for k, v in S.contents().items()}
            assert have == {k: jsonable(v) for k, v in data.items()}, (have, data)
        s.m["readback_by_pyarrow"] = arrow_readback(a.target, tname, data)
        s.m["updates"].append({"after": "%03d.s2c.bin" % (len(msgs) - 1), "first": "002.s2c.bin" if last else None, "columns": list(data), "rows": len(next(iter(data.values()))), "data": {k: jsonable(v) for k, v in data.items()}})
        for k, (d, m, _) in enumerate(msgs):
            fn = "%03d.%s.bin" % (k, d); open(os.path.join(s.dir, fn), "wb").write(m); s.m["messages"].append({"file": fn, "bytes": len(m)})
        s.m["requests"].append({"message": 0, "words": what}); s.m["status"] = "OK"
        s.finish()

def ipc_batch(schema_fields, cols):
    """Schema message and record batch message (headers and body) made by pyarrow, for DoPut."""
    import pyarrow as pa
    b = pa.record_batch([pa.array(c, type=f.type) for f, c in zip(schema_fields, cols)], schema=pa.schema(schema_fields))
    def split(msg):
        n = struct.unpack_from("<i", msg, 4)[0]
        return bytes(msg[8:8 + n]), bytes(msg[8 + n:])
    return split(b.schema.serialize().to_pybytes())[0], split(b.serialize().to_pybytes())

def doput(s, ident_, fields, cols):
    """Uploads one batch to export ident_; returns the messages in both directions."""
    sch, (h, body) = ipc_batch(fields, cols)
    desc = pb_varint(1, 1) + pb_bytes(3, "export") + pb_bytes(3, str(ident_))
    st = s.c.exchange(FLIGHT + "DoPut")
    st.send(flight_data(descriptor=desc, header=sch))
    st.send(flight_data(header=h, body=body))
    st.half_close()
    while st.recv(15) is not None: pass
    assert st.status[0] == "OK", st.status
    return st.msgs

def f(name, ty, jt):
    import pyarrow as pa
    return pa.field(name, ty, metadata={"deephaven:type": jt})

def put_scenario(a):
    import pyarrow as pa
    s = Scenario(a.target, a.out, "doput-input-table", "DoPut of three rows, AddTableToInputTable, then DoPut of one key and DeleteTableFromInputTable")
    s.console(KEYED + 'put([1, 2])\nit = kt.sort("K")\n')
    def fetch(n): return s.fetch(n)
    kt = fetch("kt"); it = fetch("it"); s.open()
    rows = {1: ("a1", 0.5), 2: ("a2", 1.0)}
    def model():
        ks = sorted(rows); return {"K": ks, "A": [rows[k][0] for k in ks], "V": [rows[k][1] for k in ks]}
    s.subscribe(it, "rows 0..9 of the sorted view", [(0, 9)]); s.until(lambda u: (at(model(), s.state.viewport), len(rows)))
    up = s.c.new_id()
    put1 = doput(s, up, [f("K", pa.int64(), "long"), f("A", pa.string(), "java.lang.String"), f("V", pa.float64(), "double")], [[2, 3, 4], ["new", None, "\u00e9"], [9.5, None, -1.0]])
    rows.update({2: ("new", 9.5), 3: (None, None), 4: ("\u00e9", -1.0)})
    s.c.unary(P + "InputTableService/AddTableToInputTable", ip.AddTableRequest(input_table=tick(kt), table_to_add=tick(export_ticket(up))))
    u = s.update(); s.expect(u, at(model(), s.state.viewport), len(rows), "after the add")
    up2 = s.c.new_id()
    put2 = doput(s, up2, [f("K", pa.int64(), "long")], [[1]])
    del rows[1]
    s.c.unary(P + "InputTableService/DeleteTableFromInputTable", ip.DeleteTableRequest(input_table=tick(kt), table_to_remove=tick(export_ticket(up2))))
    u = s.update(); s.expect(u, at(model(), s.state.viewport), len(rows), "after the delete")
    s.m["doput"] = []
    for j, msgs in enumerate((put1, put2)):
        for k, (d, m, _) in enumerate(msgs):
            fn = "doput%d.%03d.%s.bin" % (j, k, d); open(os.path.join(s.dir, fn), "wb").write(m); s.m["doput"].append(fn)
    s.console("kt = None\nit = None", keep=False)
    s.finish()

def hierarchical(a):
    import pyarrow as pa
    H = P + "HierarchicalTableService/"
    q = '''
from deephaven import empty_table, agg
rs = empty_table(12).update(["A=`a`+(ii%3)", "B=`b`+(ii%2)", "V=ii"])
rollup = rs.rollup(aggs=[agg.sum_("V")], by=["A", "B"], include_constituents=True)
tsrc = empty_table(7).update(["Id=(int)ii", "Parent=ii==0 ? NULL_INT : (int)((ii-1)/2)", "Name=`n`+ii"])
tree = tsrc.tree(id_col="Id", parent_col="Parent")
'''
    # expectation model: rollup over i in 0..11
    R = range(12)
    def rollup_rows(expanded):
        """expanded: set of tuples, () root, ("a0",), ("a0","b0"). -> rows (depth, expanded flag, A, B, V sum, const A, const B, const V)"""
        out = []
        def sm(pred): return sum(i for i in R if pred(i))
        out.append((1, () in expanded, None, None, sm(lambda i: True)))
        if () not in expanded: return out
        for A in ("a0", "a1", "a2"):
            ia = int(A[1])
            out.append((2, (A,) in expanded, A, None, sm(lambda i: i % 3 == ia)))
            if (A,) in expanded:
                for B in list(dict.fromkeys("b%d" % (i % 2) for i in R if i % 3 == ia)):
                    ib = int(B[1])
                    out.append((3, (A, B) in expanded, A, B, sm(lambda i: i % 3 == ia and i % 2 == ib)))
                    if (A, B) in expanded:
                        for i in R:
                            if i % 3 == ia and i % 2 == ib: out.append((4, None, A, B, i))
        return out
    def run(name, what, src, kind, key_rows, key_fields, model, check):
        s = Scenario(a.target, a.out, name, what)
        s.console(q)
        i = s.c.new_id()
        s.c.unary(P + "SessionService/ExportFromTicket", sp.ExportRequest(source_id=tick(scope_ticket(src)), result_id=tick(export_ticket(i))))
        ms = s.c.exchange(P + "ObjectService/MessageStream")
        ms.send(op.StreamRequest(connect=op.ConnectRequest(source_id=tk.TypedTicket(ticket=tick(export_ticket(i)), type="HierarchicalTable"))).SerializeToString())
        r = ms.recv(); ms.half_close()
        desc = hp.HierarchicalTableDescriptor.FromString(op.StreamResponse.FromString(r[1]).data.payload)
        s.m["descriptor"] = {"file": "descriptor.bin", "is_static": desc.is_static}
        open(os.path.join(s.dir, "descriptor.bin"), "wb").write(op.StreamResponse.FromString(r[1]).data.payload)
        v = s.c.new_id()
        req = hp.HierarchicalTableViewRequest(result_view_id=tick(export_ticket(v)), hierarchical_table_id=tick(export_ticket(i)))
        if key_rows is not None:
            k = s.c.new_id()
            msgs = doput(s, k, key_fields, key_rows)
            s.m["doput"] = []
            for j, (d, m, _) in enumerate(msgs):
                fn = "doput0.%03d.%s.bin" % (j, d); open(os.path.join(s.dir, fn), "wb").write(m); s.m["doput"].append(fn)
            req.expansions.CopyFrom(hp.HierarchicalTableViewKeyTableDescriptor(key_table_id=tick(export_ticket(k)), key_table_action_column="__action__"))
        s.c.unary(H + "View", req)
        s.open()
        nf = len(schema_of_header(desc.snapshot_schema).fields)
        s.target = None
        s.subscribe(export_ticket(v), "viewport 0..49, all %d columns" % nf, [(0, 49)], list(range(nf)))
        u = s.update()
        data = check(s, model)
        s.expect(u, data, len(model))
        s.finish("columns whose name repeats are listed once, under 'Name#n' they would be the n-th; see check in capture.py")
    def check_rollup(s, model):
        # structural and group columns and the aggregate come from the model, constituents too
        names = [x.name for x in s.schema.fields]
        for j, x in enumerate(s.schema.fields):
            if names[:j].count(x.name): x.name = "%s#%d" % (x.name, names[:j].count(x.name) + 1)
        d = {}
        for x in s.schema.fields:
            md = x.meta
            if md.get("deephaven:hierarchicalTable.isRowDepthColumn"): d[x.name] = [r[0] for r in model]
            elif md.get("deephaven:hierarchicalTable.isRowExpandedColumn"): d[x.name] = [r[1] for r in model]
            elif md.get("deephaven:rollupTable.isConstituentNodeColumn"):
                b = x.name.split("#")[0]
                d[x.name] = [None if r[0] != 4 else {"A": r[2], "B": r[3], "V": r[4]}[b] for r in model]
            else:
                b = x.name
                d[x.name] = [None if r[0] == 4 else {"A": r[2], "B": r[3], "V": r[4]}[b] for r in model]
        s.m["columns_in_order"] = [x.name for x in s.schema.fields]
        return d
    S = "java.lang.String"
    kf = [f("A", pa.string(), S), f("B", pa.string(), S), f("__DEPTH__", pa.int32(), "int"), f("__action__", pa.int8(), "byte")]
    run("rollup-default", "rollup with constituents, no key table: root and its children", "rollup", "rollup", None, None, rollup_rows({()}), check_rollup)
    run("rollup-expanded", "key table expands the root, a0, a0/b0 and a2", "rollup", "rollup",
        [[None, "a0", "a0", "a2"], [None, None, "b0", None], [1, 2, 3, 2], [1, 1, 1, 1]], kf, rollup_rows({(), ("a0",), ("a0", "b0"), ("a2",)}), check_rollup)
    run("rollup-collapsed", "key table expands everything (action 3 on the root) and contracts a0 (action 4)", "rollup", "rollup",
        [[None, "a0"], [None, None], [1, 2], [3, 4]], kf, rollup_rows({(), ("a1",), ("a2",), ("a1", "b0"), ("a1", "b1"), ("a2", "b0"), ("a2", "b1")}), check_rollup)
    def tree_rows(exp):
        out = []
        def walk(i, d):
            kids = [k for k in (2 * i + 1, 2 * i + 2) if k < 7]
            out.append((d, (i in exp) if kids else None, i))
            if i in exp:
                for k in kids: walk(k, d + 1)
        walk(0, 1)
        return out
    def check_tree(s, model):
        d = {}
        for x in s.schema.fields:
            md = x.meta
            if md.get("deephaven:hierarchicalTable.isRowDepthColumn"): d[x.name] = [r[0] for r in model]
            elif md.get("deephaven:hierarchicalTable.isRowExpandedColumn"): d[x.name] = [r[1] for r in model]
            elif x.name == "Id": d[x.name] = [r[2] for r in model]
            elif x.name == "Parent": d[x.name] = [None if r[2] == 0 else (r[2] - 1) // 2 for r in model]
            else: d[x.name] = ["n%d" % r[2] for r in model]
        return d
    run("tree-default", "tree of seven nodes, no key table", "tree", "tree", None, None, tree_rows(set()), check_tree)
    run("tree-expanded", "key table expands nodes 0 and 2", "tree", "tree", [[0, 2], [1, 1]], [f("Id", pa.int32(), "int"), f("__action__", pa.int8(), "byte")], tree_rows({0, 2}), check_tree)

def errors(a):
    s = Scenario(a.target, a.out, "errors", "unary calls that fail; status and text in the manifest, request bytes in the rpc files")
    def call(meth, req):
        try: s.c.unary(meth, req, timeout=5); raise SystemExit("no error from " + meth)
        except grpc.RpcError as e: pass
    T = P + "TableService/"
    s.console(_milq("mil", 1000)); s.rpc0 = len(s.c.log)
    t = s.fetch("mil")
    new = lambda: tick(export_ticket(s.c.new_id()))
    call(T + "FetchTable", tp.FetchTableRequest(source_id=ref(scope_ticket("no_such_table")), result_id=new()))
    call(T + "Sort", tp.SortTableRequest(source_id=ref(t), result_id=new(), sorts=[tp.SortDescriptor(column_name="Nope", direction=1)]))
    call(T + "UnstructuredFilter", tp.UnstructuredFilterTableRequest(source_id=ref(t), result_id=new(), filters=["Nope > 1"]))
    call(T + "UnstructuredFilter", tp.UnstructuredFilterTableRequest(source_id=ref(t), result_id=new(), filters=["I >"]))
    call(T + "Head", tp.HeadOrTailRequest(source_id=ref(t), result_id=new(), num_rows=-1))
    call(T + "FetchTable", tp.FetchTableRequest(source_id=ref(t), result_id=tick(t)))
    call(P + "SessionService/Release", sp.ReleaseRequest(id=tick(export_ticket(9999))))
    s.finish()
    for name, ticket, kw in [("error-missing-table", scope_ticket("no_such_table"), {}), ("error-no-ticket", None, {})]:
        s = Scenario(a.target, a.out, name, "DoExchange on a ticket that cannot be resolved" if ticket else "DoExchange without a ticket")
        s.open(); s.subscribe(ticket, "viewport 0..9", [(0, 9)])
        assert s.stream.recv(10) is None
        s.m["status"], s.m["message"] = s.stream.status
        s.finish()

def modify_unequal(a):
    """Different columns of one update change in different rows."""
    s = Scenario(a.target, a.out, "modify-unequal", "two engine cycles coalesced into one update: A changes in some rows, X in others, so columns of a modification batch have different lengths")
    s.console('''
from deephaven import input_table, new_table, dtypes as dht
from deephaven.column import long_col, string_col
left = input_table(col_defs={"K": dht.long, "A": dht.string}, key_cols="K")
right = input_table(col_defs={"K": dht.long, "X": dht.long}, key_cols="K")
def pl(ks, a): return new_table([long_col("K", ks), string_col("A", [a+str(k) for k in ks])])
def pr(ks, x): return new_table([long_col("K", ks), long_col("X", [x*k for k in ks])])
left.add(pl(list(range(10)), "a"))
right.add(pr(list(range(10)), 1))
un = left.sort("K").natural_join(right, "K")
''')
    A = {k: "a%d" % k for k in range(10)}; X = {k: k for k in range(10)}
    t = s.fetch("un"); s.open()
    f = lambda u: (at({"K": list(range(10)), "A": [A[k] for k in range(10)], "X": [X[k] for k in range(10)]}, s.state.viewport), 10)
    s.subscribe(t, "rows 0..7, interval 4 s", [(0, 7)], interval=4000); s.until(f)
    s.m["steps"] = []
    for lk, la, rk, rx in (([3], "b", [1, 5, 6, 9], 7), ([0, 1, 2, 8], "c", [2], 9), ([7], "d", [8, 9], 3)):
        code = "left.add(pl(%r, %r))\nright.add(pr(%r, %r))" % (lk, la, rk, rx)
        s.m["steps"].append({"before_message": len(s.stream.msgs), "console": code})
        s.console(code, keep=False)
        for k in lk: A[k] = la + str(k)
        for k in rk: X[k] = rx * k
        u = s.update(15)
        have = s.state.contents()
        if have != f(u)[0]: raise SystemExit("modify-unequal: the two writes fell into different intervals, run again")
        s.expect(u, f(u)[0], 10, note=code)
    s.console("left = None\nright = None\nun = None", keep=False)
    s.finish()

def batched(a):
    s = Scenario(a.target, a.out, "batched", "batch_size 7: one update of 50 rows in eight messages, a scroll in two")
    s.console(_milq("mil", 1000)); data = _mil(1000); t = s.fetch("mil"); s.open()
    for w, vp in [("rows 0..49", [(0, 49)]), ("down by 10", [(10, 59)])]:
        s.subscribe(t, w, vp, batch=7); s.until(lambda u: (at(data, s.state.viewport), 1000))
    s.finish()

def shared_columns(a):
    """Trap 3: another subscriber of the same table asks for more columns."""
    s = Scenario(a.target, a.out, "shared-columns", "this stream subscribes to I only, another stream of the same table to all columns: unsubscribed columns arrive full")
    s.console(TICK_QUERY); t = s.fetch("ticking"); s.open()
    other = s.c.exchange(); other.send(flight_data(meta=sub_request(t, viewport=[(0, 4)], reverse=True, dhnulls=True, batch=100000, maxmsg=10_000_000))); other.recv(); other.recv()
    s.subscribe(t, "reverse 0..4, column I", [(0, 4)], [1], True)
    f = lambda u: (at(tick_rows(u.meta.table_size), s.state.viewport, True), u.meta.table_size)
    s.until(f); n = [0]
    def done(u): n[0] += 1; return n[0] >= 3
    s.until(f, done)
    other.cancel(); s.console("ticking = None", keep=False); s.finish()

def huge(a):
    s = Scenario(a.target, a.out, "huge-positions", "table of 3,000,000,000 rows: positions beyond 2^31")
    s.console('from deephaven import empty_table\nhuge = empty_table(3_000_000_000).update_view(["I=ii", "D=ii*0.5"])\n'); t = s.fetch("huge"); s.open()
    N = 3_000_000_000
    for w, vp, rev in [("rows 0..9", [(0, 9)], False), ("the last ten", [(N - 10, N - 1)], False), ("around 2^31", [(2**31 - 5, 2**31 + 4)], False), ("reverse 0..4", [(0, 4)], True), ("beyond the end by 2^40", [(2**40, 2**40 + 9)], False)]:
        s.subscribe(t, w, vp, None, rev)
        s.until(lambda u: ((lambda ps: {"I": ps, "D": [p * 0.5 for p in ps]})(positions(s.state.viewport, N, s.state.reverse)), N))
    s.finish()

def list_fields(a):
    s = Scenario(a.target, a.out, "list-fields", "ListFields: first message lists the scope, then a variable is created, replaced by another table, replaced by an int, and a partitioned table and a rollup appear")
    s.console("from deephaven import empty_table, agg\n")
    call = s.c.sstream(P + "ApplicationService/ListFields", b"")
    from deephaven_core.proto import application_pb2 as ap
    msgs, q = [("c2s", b"")], queue.Queue()
    def pump():
        try:
            for m in call: q.put(m)
        except grpc.RpcError: pass
    threading.Thread(target=pump, daemon=True).start()
    def show(m):
        u = ap.FieldsChangeUpdate.FromString(m)
        g = lambda fs: [{"name": x.field_name, "type": x.typed_ticket.type, "ticket": x.typed_ticket.ticket.ticket.decode(), "application_id": x.application_id, "description": x.field_description} for x in fs]
        return {"created": g(u.created), "updated": g(u.updated), "removed": g(u.removed)}
    m = q.get(timeout=10); msgs.append(("s2c", m)); s.m["updates"].append(dict(after="001.s2c.bin", **show(m)))
    for code in ("lf = empty_table(3)", "lf = empty_table(4)", "lf = 5", "lf_p = empty_table(3).update('B=ii%2').partition_by('B')", "lf_r = empty_table(3).update('B=ii%2').rollup(aggs=[], by=['B'])", "del lf_p\ndel lf_r"):
        s.console(code, keep=False)
        m = q.get(timeout=10); msgs.append(("s2c", m)); s.m["updates"].append(dict(after="%03d.s2c.bin" % (len(msgs) - 1), note=code, **show(m)))
    call.cancel()
    for k, (d, m) in enumerate(msgs):
        fn = "%03d.%s.bin" % (k, d); open(os.path.join(s.dir, fn), "wb").write(m); s.m["messages"].append({"file": fn, "bytes": len(m)})
    s.m["requests"].append({"message": 0, "words": "empty ListFieldsRequest; messages are FieldsChangeUpdate, not FlightData. The expectation is the protobuf read by the Python runtime."})
    s.finish()

def snapshot_pieces(a):
    if not a.growth: return
    data = _mil(100)
    s = Scenario(a.growth, a.out, "snapshot-pieces", "BarrageSnapshotRequest of a static table at 64 cells per round: several updates on one stream")
    s.console(_milq("g2", 100)); t = s.fetch("g2"); s.open("full")
    s.snapshot(t, "no viewport, no columns", None)
    while True:
        u = s.update()
        if u is None: break
        cov = rs_keys(u.meta.viewport) if u.meta.viewport is not None else range(100)
        s.expect(u, {k: [v[p] if p in cov else None for p in range(100)] for k, v in data.items()})
    s.m["status"] = s.stream.status[0]
    s.finish("null: not delivered yet")

def growth_full_ticking(a):
    if not a.growth: return
    s = Scenario(a.growth, a.out, "growth-full-ticking", "64 cells per round: full subscription to a ticking append-only table")
    s.console(TICK_QUERY); t = s.fetch("ticking"); time.sleep(8); s.open("full")
    s.subscribe(t, "everything", None, [1, 2, 3])
    cov = [0]
    def f(u):
        n = u.meta.table_size
        if u.meta.is_snapshot: cov[0] = n if u.meta.viewport is None else u.meta.viewport[-1][1] + 1
        elif s.state.viewport is None: cov[0] = n
        return {k: [x if p < cov[0] else None for p, x in enumerate(v)] for k, v in tick_rows(n).items()}, n
    s.until(f); k = [0]
    def done(u): k[0] += 1; return k[0] >= 2
    s.until(f, done)
    s.console("ticking = None", keep=False); s.finish("null: not delivered yet")

def preview(a):
    s = Scenario(a.target, a.out, "preview", "ApplyPreviewColumns with convert_arrays and a list of types: arrays, vectors and unlisted types become text")
    s.console(LISTS_QUERY)
    t = s.fetch("arrays"); i = s.c.new_id()
    s.c.unary(P + "TableService/ApplyPreviewColumns", tp.ApplyPreviewColumnsRequest(source_id=ref(t), result_id=tick(export_ticket(i)), convert_arrays=True, unpreviewed_types=["int", "java.lang.String"]))
    s.open(); s.subscribe(export_ticket(i), "rows 0..9", [(0, 9)])
    s.until(lambda u: ({"Bytes": ["[1,2,-1]", None, "[]"], "Ints": ["[1, ,3]", None, "[]"], "Strings": ["[a, ,\u00e9]", None, "[]"], "Doubles": ["[0.5, ]", None, "[]"]}, 3))
    s.finish()


ALL = dict(types_arrow=types_arrow, types_dh=types_dh, arrays_arrow=arrays_arrow, arrays_dh=arrays_dh, vectors_arrow=vectors_arrow, vectors_dh=vectors_dh, strings=strings, scroll=scroll, columns=columns,
           append_reverse=append_reverse, sorted_desc=sorted_desc, modify_last_by=modify_last_by, modify_keyed=modify_keyed, modify_columns=modify_columns, shrink=shrink, shrink_reverse=shrink_reverse,
           full_shifts=full_shifts, full_static=full_static, empties=empties, blink=blink, growth=growth, snapshots=snapshots, doget=doget, put=put_scenario, hierarchical=hierarchical, errors=errors,
           modify_unequal=modify_unequal, batched=batched, shared_columns=shared_columns, huge=huge, list_fields=list_fields, snapshot_pieces=snapshot_pieces, growth_full_ticking=growth_full_ticking, preview=preview)

def check(root):
    """Replays every DoExchange scenario and compares each completed update with its manifest."""
    total = 0
    for d in sorted(os.listdir(root)):
        path = os.path.join(root, d, "manifest.json")
        if not os.path.exists(path): continue
        m = json.load(open(path))
        if m.get("kind") is None or not m["updates"] or "data" not in m["updates"][0]: continue
        by = {u["after"]: u for u in m["updates"]}
        schema = None
        for x in m["messages"]:
            if ".s2c." not in x["file"]: continue
            fd = FlightData(open(os.path.join(root, d, x["file"]), "rb").read())
            if schema is None:
                schema = Schema(fd.header); names = [f.name for f in schema.fields]
                for j, n in enumerate(names):
                    if names[:j].count(n): schema.fields[j].name = "%s#%d" % (n, names[:j].count(n) + 1)
                asm = Assembler(schema); st = (Window if m["kind"] == "viewport" else KeyState)(schema, m["options"]["use_deephaven_nulls"])
                continue
            u = asm.feed(fd)
            if not u: continue
            st.apply(u)
            e = by[x["file"]]
            have = {k: jsonable(v) for k, v in st.contents().items()}
            if "added_rows_included" in e:   # snapshot scenarios list the delivered rows only
                have = {schema.fields[c].name: jsonable([st.cols[c][k] for k in sorted(st.cols[c])]) for c in st.columns}
            if json.dumps(have, sort_keys=True) != json.dumps(e["data"], sort_keys=True): raise SystemExit("%s %s differs" % (d, x["file"]))
            total += 1
    print("%d updates agree" % total)

if __name__ == "__main__":
    if sys.argv[1:2] == ["--check"]:
        check(sys.argv[2]); raise SystemExit(0)
    import argparse
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("target"); p.add_argument("out"); p.add_argument("--growth"); p.add_argument("--only")
    a = p.parse_args()
    for k in (a.only.split(",") if a.only else ALL): ALL[k](a)
