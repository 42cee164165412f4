import struct, threading, queue, time, json, os, sys, base64
import grpc, flatbuffers
from flatbuffers.table import Table

# ---------------------------------------------------------------- protobuf
def uvarint(n):
    n &= (1 << 64) - 1
    out = bytearray()
    while True:
        b = n & 0x7f
        n >>= 7
        if n: out.append(b | 0x80)
        else:
            out.append(b); return bytes(out)

def pb_bytes(num, data):
    if isinstance(data, str): data = data.encode()
    return uvarint(num << 3 | 2) + uvarint(len(data)) + bytes(data)

def pb_varint(num, n): return uvarint(num << 3) + uvarint(n)

def pb_parse(buf):
    i, out = 0, []
    def rd():
        nonlocal i
        s = v = 0
        while True:
            b = buf[i]; i += 1
            v |= (b & 0x7f) << s; s += 7
            if not b & 0x80: return v
    while i < len(buf):
        k = rd(); num, wt = k >> 3, k & 7
        if wt == 0: out.append((num, rd()))
        elif wt == 1: out.append((num, buf[i:i+8])); i += 8
        elif wt == 2:
            n = rd(); out.append((num, buf[i:i+n])); i += n
        elif wt == 5: out.append((num, buf[i:i+4])); i += 4
        else: raise ValueError("wire type %d" % wt)
    return out

def pb_get(buf, num, default=None):
    for n, v in pb_parse(buf):
        if n == num: return v
    return default

def unzig(n): return (n >> 1) ^ -(n & 1)

class FlightData:
    def __init__(self, raw):
        self.raw = raw
        self.order = []
        self.header = self.meta = self.body = self.descriptor = None
        for n, v in pb_parse(raw):
            self.order.append(n)
            if n == 1: self.descriptor = v
            elif n == 2: self.header = v
            elif n == 3: self.meta = v
            elif n == 1000: self.body = v

def flight_data(descriptor=None, header=None, meta=None, body=None):
    out = b""
    if descriptor is not None: out += pb_bytes(1, descriptor)
    if header is not None: out += pb_bytes(2, header)
    if meta is not None: out += pb_bytes(3, meta)
    if body is not None: out += pb_bytes(1000, body)
    return out

# ---------------------------------------------------------------- flatbuffers
def fb_root(buf):
    return Table(bytearray(buf), struct.unpack_from("<I", buf, 0)[0])

def _o(t, slot): return t.Offset(4 + 2 * slot)

def fb_num(t, slot, fmt, default=0):
    o = _o(t, slot)
    return struct.unpack_from("<" + fmt, t.Bytes, t.Pos + o)[0] if o else default

def fb_bytes(t, slot):
    o = _o(t, slot)
    if not o: return None
    n, s = t.VectorLen(o), t.Vector(o)
    return bytes(t.Bytes[s:s+n])

def fb_str(t, slot):
    o = _o(t, slot)
    return t.String(o + t.Pos).decode() if o else None

def fb_tab(t, slot):
    o = _o(t, slot)
    return Table(t.Bytes, t.Indirect(t.Pos + o)) if o else None

def fb_tabs(t, slot):
    o = _o(t, slot)
    if not o: return []
    n, s = t.VectorLen(o), t.Vector(o)
    return [Table(t.Bytes, t.Indirect(s + 4 * i)) for i in range(n)]

def fb_structs(t, slot, fmt):
    o = _o(t, slot)
    if not o: return []
    n, s = t.VectorLen(o), t.Vector(o)
    sz = struct.calcsize("<" + fmt)
    return [struct.unpack_from("<" + fmt, t.Bytes, s + sz * i) for i in range(n)]

# ---------------------------------------------------------------- row sets
def rs_encode(ranges):
    """ranges: list of (first, last). Same bytes as the server for small sets is not required; any valid stream is accepted."""
    out, v = bytearray(), 0
    def delta(d):
        if -128 <= d <= 127: out.extend(struct.pack("<Bb", 0x0c, d))
        elif -32768 <= d <= 32767: out.extend(struct.pack("<Bh", 0x09, d))
        elif -2**31 <= d < 2**31: out.extend(struct.pack("<Bi", 0x0a, d))
        else: out.extend(struct.pack("<Bq", 0x0b, d))
    for a, b in ranges:
        delta(a - v); v = a
        if b > a: delta(a - b); v = b
    out.append(0x20)
    return bytes(out)

def rs_decode1(buf, i=0):
    """returns (ranges, next offset)"""
    out, v, pend = [], 0, None
    W = {1: "h", 2: "i", 3: "q", 4: "b"}
    def put(d):
        nonlocal v, pend
        if d < 0:
            assert pend is not None, "negative delta without start"
            v -= d; out.append((pend, v)); pend = None
        else:
            if pend is not None: out.append((pend, pend))
            v += d; pend = v
    while True:
        c = buf[i]; i += 1
        kind, w = c & 0x38, c & 7
        if kind == 0x20:
            assert w == 0
            break
        f = W[w]; n = struct.calcsize(f)
        val = struct.unpack_from("<" + f, buf, i)[0]; i += n
        if kind == 0x08: put(val)
        elif kind in (0x10, 0x18):
            f2, n2 = ("h", 2) if kind == 0x10 else ("b", 1)
            for _ in range(val):
                put(struct.unpack_from("<" + f2, buf, i)[0]); i += n2
        else: raise ValueError("row set command 0x%02x" % c)
    if pend is not None: out.append((pend, pend))
    return out, i

def rs_decode(buf):
    r, i = rs_decode1(buf)
    assert i == len(buf), "trailing bytes after row set"
    return r

def rs_size(r): return sum(b - a + 1 for a, b in r)
def rs_keys(r): return [k for a, b in r for k in range(a, b + 1)]

def bits_encode(idx):
    if not idx: return b""
    out = bytearray(max(idx) // 8 + 1)
    for i in idx: out[i // 8] |= 1 << i % 8
    return bytes(out)

def bits_decode(b): return [i for i in range(8 * len(b)) if b[i // 8] >> i % 8 & 1]

# ---------------------------------------------------------------- barrage requests
MAGIC = 0x6E687064

def _wrap(msg_type, payload):
    b = flatbuffers.Builder(256)
    p = b.CreateByteVector(payload)
    b.StartObject(3)
    b.PrependUint32Slot(0, MAGIC, 0)
    b.PrependInt8Slot(1, msg_type, 0)
    b.PrependUOffsetTRelativeSlot(2, p, 0)
    b.Finish(b.EndObject())
    return bytes(b.Output())

def sub_request(ticket, viewport=None, columns=None, reverse=False, dhnulls=False, interval=0, batch=0, maxmsg=0,
                as_list=False, preview=0, raw_columns=None):
    """BarrageSubscriptionRequest as app_metadata. viewport: list of ranges or None; columns: list of indexes or None."""
    b = flatbuffers.Builder(256)
    t = b.CreateByteVector(ticket) if ticket is not None else None
    cb = raw_columns if raw_columns is not None else (bits_encode(columns) if columns is not None else None)
    c = b.CreateByteVector(cb) if cb is not None else None
    v = b.CreateByteVector(rs_encode(viewport)) if viewport is not None else None
    b.StartObject(7)
    b.PrependBoolSlot(1, dhnulls, False)
    b.PrependInt32Slot(2, interval, 0)
    b.PrependInt32Slot(3, batch, 0)
    b.PrependInt32Slot(4, maxmsg, 0)
    b.PrependBoolSlot(5, as_list, False)
    b.PrependInt64Slot(6, preview, 0)
    o = b.EndObject()
    b.StartObject(6)
    if t is not None: b.PrependUOffsetTRelativeSlot(0, t, 0)
    if c is not None: b.PrependUOffsetTRelativeSlot(1, c, 0)
    if v is not None: b.PrependUOffsetTRelativeSlot(2, v, 0)
    b.PrependUOffsetTRelativeSlot(3, o, 0)
    b.PrependBoolSlot(4, reverse, False)
    b.Finish(b.EndObject())
    return _wrap(5, bytes(b.Output()))

def snap_request(ticket, viewport=None, columns=None, reverse=False, dhnulls=False, batch=0, maxmsg=0, preview=0):
    b = flatbuffers.Builder(256)
    t = b.CreateByteVector(ticket)
    c = b.CreateByteVector(bits_encode(columns)) if columns is not None else None
    v = b.CreateByteVector(rs_encode(viewport)) if viewport is not None else None
    b.StartObject(5)
    b.PrependBoolSlot(1, dhnulls, False)
    b.PrependInt32Slot(2, batch, 0)
    b.PrependInt32Slot(3, maxmsg, 0)
    b.PrependInt64Slot(4, preview, 0)
    o = b.EndObject()
    b.StartObject(5)
    b.PrependUOffsetTRelativeSlot(0, t, 0)
    if c is not None: b.PrependUOffsetTRelativeSlot(1, c, 0)
    if v is not None: b.PrependUOffsetTRelativeSlot(2, v, 0)
    b.PrependUOffsetTRelativeSlot(3, o, 0)
    b.PrependBoolSlot(4, reverse, False)
    b.Finish(b.EndObject())
    return _wrap(7, bytes(b.Output()))

class Meta:
    """BarrageUpdateMetadata."""
    def __init__(self, app_metadata):
        w = fb_root(app_metadata)
        assert fb_num(w, 0, "I") == MAGIC, "magic"
        self.msg_type = fb_num(w, 1, "b")
        assert self.msg_type == 6, self.msg_type
        t = fb_root(fb_bytes(w, 2))
        self.first_seq, self.last_seq = fb_num(t, 0, "q"), fb_num(t, 1, "q")
        self.is_snapshot = bool(fb_num(t, 2, "B"))
        rs = lambda s: (lambda b: None if b is None else rs_decode(b))(fb_bytes(t, s))
        self.raw = {n: fb_bytes(t, s) for s, n in ((3, "viewport"), (5, "columns"), (6, "added"), (7, "removed"), (8, "shift"), (9, "included"))}
        self.viewport = rs(3)
        self.reverse = bool(fb_num(t, 4, "B"))
        c = fb_bytes(t, 5)
        self.columns = None if c is None else bits_decode(c)
        self.added, self.removed = rs(6) or [], rs(7) or []
        sd = fb_bytes(t, 8)
        self.shift_raw = sd
        self.shifts = []
        if sd is not None:
            a, i = rs_decode1(sd); b_, i = rs_decode1(sd, i); d, i = rs_decode1(sd, i)
            assert i == len(sd)
            ka, kb, kd = rs_keys(a), rs_keys(b_), rs_keys(d)
            assert len(ka) == len(kb) == len(kd)
            self.shifts = list(zip(ka, kb, kd))
        self.included = rs(9)
        self.mods = [rs_decode(fb_bytes(m, 0) or b"\x20") for m in fb_tabs(t, 10)]
        self.table_size = fb_num(t, 11, "q")
    def short(self):
        d = dict(seq=[self.first_seq, self.last_seq], snap=self.is_snapshot, vp=self.viewport, rev=self.reverse, cols=self.columns if self.columns is None or len(self.columns) < 12 else "%d cols" % len(self.columns),
                 added=self.added, removed=self.removed, shifts=self.shifts, included=self.included, mods={i: m for i, m in enumerate(self.mods) if m}, size=self.table_size)
        return d

# ---------------------------------------------------------------- arrow schema and record batch
class Field:
    def __init__(self, t):
        self.name = fb_str(t, 0)
        self.nullable = bool(fb_num(t, 1, "B"))
        self.type_id = fb_num(t, 2, "B")
        self.t = fb_tab(t, 3)
        self.dictionary = fb_tab(t, 4)
        self.children = [Field(c) for c in fb_tabs(t, 5)]
        self.meta = {fb_str(k, 0): fb_str(k, 1) for k in fb_tabs(t, 6)}
        self.jtype = self.meta.get("deephaven:type")
    def arrow(self):
        t, i = self.t, self.type_id
        n = {2: "Int", 3: "FloatingPoint", 4: "Binary", 5: "Utf8", 6: "Bool", 8: "Date", 9: "Time", 10: "Timestamp", 11: "Interval", 12: "List", 18: "Duration"}.get(i, "type%d" % i)
        if i == 2: n += "%d%s" % (fb_num(t, 0, "i"), "s" if fb_num(t, 1, "B") else "u")
        if i == 3: n += "(%d)" % fb_num(t, 0, "h")
        if i == 8: n += "(%d)" % fb_num(t, 0, "h", 1)
        if i == 9: n += "(%d,%d)" % (fb_num(t, 0, "h", 1), fb_num(t, 1, "i", 32))
        if i == 10: n += "(%d,%s)" % (fb_num(t, 0, "h"), fb_str(t, 1))
        if i == 11: n += "(%d)" % fb_num(t, 0, "h")
        if i == 18: n += "(%d)" % fb_num(t, 0, "h", 1)
        if i == 12: n += "<%s>" % self.children[0].arrow()
        return n

class Schema:
    def __init__(self, header):
        m = fb_root(header)
        assert fb_num(m, 0, "h") == 4 and fb_num(m, 1, "B") == 1
        s = fb_tab(m, 2)
        self.fields = [Field(f) for f in fb_tabs(s, 1)]
        self.meta = {fb_str(k, 0): fb_str(k, 1) for k in fb_tabs(s, 2)}

def schema_of_header(b):
    """IPC-encapsulated schema (ETCR.schema_header)."""
    assert b[:4] == b"\xff\xff\xff\xff"
    n = struct.unpack_from("<i", b, 4)[0]
    return Schema(b[8:8 + n])

SENT = {("i", 8): -128, ("i", 16): -32768, ("i", 32): -2**31, ("i", 64): -2**63, ("u", 16): 0xffff}
FLT_NULL = struct.unpack("<f", b"\xff\xff\x7f\xff")[0]
DBL_NULL = struct.unpack("<d", b"\xff\xff\xff\xff\xff\xff\xef\xff")[0]

class Batch:
    def __init__(self, fd, schema):
        m = fb_root(fd.header)
        assert fb_num(m, 0, "h") == 4, "version"
        self.kind = fb_num(m, 1, "B")
        assert self.kind == 3, "not a record batch: %d" % self.kind
        self.body = fd.body or b""
        self.body_length = fb_num(m, 3, "q")
        rb = fb_tab(m, 2)
        self.length = fb_num(rb, 0, "q")
        self.nodes = fb_structs(rb, 1, "qq")
        self.buffers = fb_structs(rb, 2, "qq")
        self.schema = schema
        for o, n in self.buffers: assert o % 8 == 0 and n % 8 == 0, ("buffer alignment", o, n)
    def decode(self, dhnulls):
        """-> list per column of (node length, python values)"""
        self._n, self._b = iter(self.nodes), iter(self.buffers)
        out = [self._col(f, f.jtype, dhnulls) for f in self.schema.fields]
        assert next(self._n, None) is None and next(self._b, None) is None, "left-over nodes/buffers"
        return out
    def _buf(self):
        o, n = next(self._b)
        return self.body[o:o + n]
    def _col(self, f, jtype, dhnulls):
        n, nulls = next(self._n)
        i, t = f.type_id, f.t
        if i == 22: raise NotImplementedError("REE")
        valid = self._buf()
        ok = lambda k: not valid or valid[k // 8] >> k % 8 & 1
        if nulls == 0 and dhnulls: pass
        def prim(fmt, sent):
            b = self._buf()
            v = struct.unpack_from("<%d%s" % (n, fmt), b, 0) if n else ()
            if valid: return [v[k] if ok(k) else None for k in range(n)]
            if dhnulls and sent is not None: return [None if x == sent else x for x in v]
            return list(v)
        if i == 2:
            w, s = fb_num(t, 0, "i"), fb_num(t, 1, "B")
            fmt = {8: "b", 16: "h", 32: "i", 64: "q"}[w]
            return prim(fmt if s else fmt.upper(), SENT.get(("i" if s else "u", w)))
        if i == 3:
            p = fb_num(t, 0, "h")
            return prim("f" if p == 1 else "d", FLT_NULL if p == 1 else DBL_NULL)
        if i in (8, 10, 18): return prim("q", -2**63)
        if i == 9: return prim("q" if fb_num(t, 1, "i", 32) == 64 else "i", -2**63)
        if i == 11:
            u = fb_num(t, 0, "h")
            if u == 0: return prim("i", -2**31)
            b = self._buf()
            return [list(struct.unpack_from("<iiq", b, 16 * k)) if ok(k) else None for k in range(n)]
        if i == 6:
            b = self._buf()
            return [bool(b[k // 8] >> k % 8 & 1) if ok(k) else None for k in range(n)]
        if i in (4, 5):
            ob = self._buf(); data = self._buf()
            off = struct.unpack_from("<%di" % (n + 1), ob, 0) if n else (0,)
            raw = [data[off[k]:off[k+1]] if ok(k) else None for k in range(n)]
            if i == 5: return [None if x is None else x.decode("utf-8") for x in raw]
            if jtype == "java.math.BigInteger":
                return [None if x is None else str(int.from_bytes(x, "big", signed=True)) for x in raw]
            if jtype == "java.math.BigDecimal":
                return [None if x is None else dec_str(x) for x in raw]
            return [None if x is None else x.hex() for x in raw]
        if i == 12:
            ob = self._buf()
            off = struct.unpack_from("<%di" % (n + 1), ob, 0) if n else (0,)
            child = self._col(f.children[0], f.children[0].jtype, dhnulls)
            return [child[off[k]:off[k+1]] if ok(k) else None for k in range(n)]
        raise NotImplementedError("arrow type %d" % i)

def dec_str(x):
    """BigDecimal bytes -> plain decimal text without exponent and without trailing zeros."""
    scale = struct.unpack_from("<i", x, 0)[0]
    v = int.from_bytes(x[4:], "big", signed=True)
    if scale <= 0: return str(v * 10 ** -scale)
    d = str(abs(v)).rjust(scale + 1, "0")
    t = (d[:-scale] + "." + d[-scale:]).rstrip("0").rstrip(".")
    return "-" + t if v < 0 else t

# ---------------------------------------------------------------- update assembly and windows
class Update:
    def __init__(self, meta): self.meta, self.batches, self.first_msg, self.last_msg = meta, [], None, None

class Assembler:
    """Joins FlightData messages into updates; raises on any deviation."""
    def __init__(self, schema): self.schema, self.cur = schema, None
    def feed(self, fd, msgno=0):
        b = Batch(fd, self.schema)
        if fd.meta:
            assert self.cur is None, "metadata before the update was complete"
            m = Meta(fd.meta)
            self.cur = u = Update(m); u.first_msg = msgno
            u.A = rs_size(m.included if m.included is not None else m.added)
            u.M = max([rs_size(x) for x in m.mods] or [0])
            u.a = u.m = 0
            if u.A == 0 and u.M == 0: assert b.length == 0, "rows in a message that announced none"
        assert self.cur is not None, "batch without metadata"
        u = self.cur
        if u.a < u.A:
            u.batches.append(("add", b)); u.a += b.length
            assert u.a <= u.A, "add batch too long"
        elif u.A or u.M:
            u.batches.append(("mod", b)); u.m += b.length
            assert u.m <= u.M, "mod batch too long"
        else: u.batches.append(("none", b))
        if u.a == u.A and u.m == u.M:
            u.last_msg = msgno; self.cur = None
            return u
        return None

class Window:
    """Viewport subscription state, window indexes only."""
    def __init__(self, schema, dhnulls):
        self.schema, self.dhnulls = schema, dhnulls
        self.cols = [[] for _ in schema.fields]
        self.viewport, self.columns, self.reverse, self.size = None, None, None, None
        self.len = 0
    def apply(self, u):
        m = u.meta
        rem, add = set(rs_keys(m.removed)), set(rs_keys(m.added))
        assert m.included is None, "added_rows_included on a viewport message"
        assert m.shift_raw is None, "shift_data on a viewport message"
        assert all(k < self.len for k in rem), ("removed beyond window", m.removed, self.len)
        newlen = self.len - len(rem) + len(add)
        assert all(k < newlen for k in add), ("added beyond window", m.added, newlen)
        if m.is_snapshot:
            self.viewport = m.viewport; self.reverse = m.reverse
            self.columns = list(range(len(self.schema.fields))) if m.columns is None else m.columns
        data = {c: [] for c in range(len(self.cols))}
        mod = {c: [] for c in range(len(self.cols))}
        for kind, b in u.batches:
            d = b.decode(self.dhnulls)
            for c, v in enumerate(d):
                if kind == "add": data[c] += v
                elif kind == "mod": mod[c] += v
        for c in range(len(self.cols)):
            if c not in self.columns: self.cols[c] = [None] * newlen; continue
            assert len(data[c]) == len(add), ("column %d has %d added rows, expected %d" % (c, len(data[c]), len(add)))
            old = self.cols[c]
            surv = iter([x for k, x in enumerate(old) if k not in rem])
            inc = iter(data[c])
            self.cols[c] = [next(inc) if k in add else next(surv) for k in range(newlen)]
            mk = rs_keys(m.mods[c]) if c < len(m.mods) else []
            assert len(mod[c]) >= len(mk), ("mods", c, len(mod[c]), len(mk))
            for k, x in zip(mk, mod[c]): self.cols[c][k] = x
        self.len = newlen
        self.size = m.table_size
    def contents(self):
        return {self.schema.fields[c].name: self.cols[c] for c in (self.columns or [])}

class KeyState:
    """Full subscriptions and snapshots, row keys."""
    def __init__(self, schema, dhnulls):
        self.schema, self.dhnulls = schema, dhnulls
        self.keys, self.cols = set(), [dict() for _ in schema.fields]
        self.columns = None; self.size = None; self.viewport = None; self.done = False
    def apply(self, u):
        m = u.meta
        for k in rs_keys(m.removed):
            self.keys.discard(k)
            for c in self.cols: c.pop(k, None)
        if m.shifts:
            mv = {}
            for a, b, d in m.shifts:
                for k in [k for k in self.keys if a <= k <= b]: mv[k] = k - a + d
            self.keys = {mv.get(k, k) for k in self.keys}
            self.cols = [{mv.get(k, k): v for k, v in c.items()} for c in self.cols]
        self.keys |= set(rs_keys(m.added))
        inc = rs_keys(m.included if m.included is not None else m.added)
        if m.is_snapshot:
            self.columns = list(range(len(self.schema.fields))) if m.columns is None else m.columns
            self.viewport = m.viewport
        pos = 0; mp = [0] * len(self.cols)
        for kind, b in u.batches:
            d = b.decode(self.dhnulls)
            if kind == "add":
                for c, v in enumerate(d):
                    if c in self.columns:
                        assert len(v) == b.length, ("col", c, len(v), b.length)
                        for j, x in enumerate(v): self.cols[c][inc[pos + j]] = x
                pos += b.length
            elif kind == "mod":
                for c, v in enumerate(d):
                    mk = rs_keys(m.mods[c]) if c < len(m.mods) else []
                    for x in v:
                        if mp[c] < len(mk): self.cols[c][mk[mp[c]]] = x
                        mp[c] += 1
        self.size = m.table_size
    def contents(self):
        ks = sorted(self.keys)
        return {self.schema.fields[c].name: [self.cols[c].get(k) for k in ks] for c in (self.columns or [])}

# ---------------------------------------------------------------- client
ident = lambda x: x
P = "/io.deephaven.proto.backplane.grpc."
OPTS = [("grpc.max_receive_message_length", 110 << 20), ("grpc.max_send_message_length", 110 << 20)]

class Client:
    def __init__(self, target, auth="Anonymous", creds=None, opts=(), login=True):
        self.chan = grpc.secure_channel(target, creds, options=OPTS + list(opts)) if creds else grpc.insecure_channel(target, options=OPTS + list(opts))
        self.token, self.next_id = None, 1
        self.lock = threading.Lock()
        self.log = []          # (method, request bytes, response bytes or status)
        if login: self.login(auth)
    def login(self, auth):
        self.token = auth
        return self.unary(P + "ConfigService/GetConfigurationConstants", b"")
    def md(self): return [("authorization", self.token)] if self.token else []
    def take(self, call):
        for md in (call.initial_metadata(), call.trailing_metadata()):
            for k, v in md or ():
                if k == "authorization": self.token = v
    def unary(self, method, req, timeout=30, md=None):
        if not isinstance(req, (bytes, bytearray)): req = req.SerializeToString()
        stub = self.chan.unary_unary(method, request_serializer=ident, response_deserializer=ident)
        try:
            r, call = stub.with_call(req, metadata=self.md() if md is None else md, timeout=timeout)
            if md is None: self.take(call)
            self.log.append((method, req, r, None))
            return r
        except grpc.RpcError as e:
            self.log.append((method, req, None, (e.code().name, e.details())))
            raise
    def sstream(self, method, req, md=None, timeout=None):
        if not isinstance(req, (bytes, bytearray)): req = req.SerializeToString()
        return self.chan.unary_stream(method, request_serializer=ident, response_deserializer=ident)(req, metadata=self.md() if md is None else md, timeout=timeout)
    def new_id(self):
        with self.lock:
            self.next_id += 1
            return self.next_id - 1
    def exchange(self, method="/arrow.flight.protocol.FlightService/DoExchange", md=None):
        return Stream(self, method, md)
    def close(self): self.chan.close()

class Stream:
    """A bidirectional stream with a reader thread; keeps every message with its direction."""
    def __init__(self, client, method, md=None):
        self.q, self.inq = queue.Queue(), queue.Queue()
        self.msgs = []            # (dir, bytes, time)
        self.lock = threading.Lock()
        self.status = None
        self.call = client.chan.stream_stream(method, request_serializer=ident, response_deserializer=ident)(
            self._gen(), metadata=client.md() if md is None else md)
        threading.Thread(target=self._read, daemon=True).start()
    def _gen(self):
        while True:
            m = self.q.get()
            if m is None: return
            yield m
    def send(self, raw):
        with self.lock: self.msgs.append(("c2s", raw, time.time()))
        self.q.put(raw)
    def half_close(self): self.q.put(None)
    def cancel(self): self.call.cancel()
    def _read(self):
        try:
            for m in self.call:
                with self.lock:
                    self.msgs.append(("s2c", m, time.time()))
                    n = len(self.msgs) - 1
                self.inq.put((n, m))
            self.status = ("OK", "")
        except grpc.RpcError as e:
            self.status = (e.code().name, e.details())
        self.inq.put(None)
    def recv(self, timeout=10):
        """(message number, bytes); None at end of stream; raises queue.Empty on time-out."""
        r = self.inq.get(timeout=timeout)
        if r is None: self.inq.put(None)
        return r

def export_ticket(n): return b"e" + struct.pack("<i", n)
def scope_ticket(name): return b"s/" + name.encode()
