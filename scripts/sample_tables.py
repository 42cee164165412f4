"""Tables for development and tests. Every cell follows from a formula given here.

ii is the row's position, counted from 0.

small (10^3 rows), million (10^6), billion (10^9)
    I long     ii
    S String   "row-<ii>"
    D double   ii * 0.25
    N int      null when ii % 5 == 0, else ii % 1000
    B boolean  ii % 3 == 0
    T Instant  2024-01-01T00:00:00Z + ii seconds
    C char     'a' + ii % 26
    L long     ii * ii % 1000003
types      a column of each type, see TYPES
awkward    strings no terminal may get raw: Idx int, What String (plain name), Text String (the
           thing), Tail String, always "|end"; see AWKWARD
appending  Timestamp Instant, X long = ii * 3; two rows a second, 120 or more at the start
modified   K long = ii, V long with V % 1000 == K, W long = V * 2; 1,000 rows; every V changes
           once a second
sorting    A long, B long = A * 7, K long = A % 1000; 200 rows with A descending and different;
           A changes every second, so that rows move
swinging   K long = ii, V long = K * 10 or K * 10 + 5, W double = 1000 - V / 2; 100 rows; once a
           second all of V grow and all of W fall, or the other way round
shrinking  P long = ii, R long = ii * 10; 10 to 410 rows, 40 more or fewer each second
blinking   Timestamp Instant, X long, Y long = X + 1; a blink table, about 20 rows a second, X
           counts up from one row to the next
empty      I long, S String; no rows, static
busy       B0 .. B19 long, Bk = (ii * 20 + k) * 1000 + a count of ticks % 1000; 1,000 rows; every
           cell changes every 100 ms, or as often as tables tick when that is less often
stamp      N long, Now long; one row: a count, and the server's clock in nanoseconds since 1970
           when the table ticked; 100 times a second or as often as tables tick
ten        C0 .. C9 long, Ck = ii * 10 + k; 1,000 rows
wide       C0 .. C999 long, Ck = ii * 1000 + k; 10,000 rows
verywide   C0 .. C9999 long, Ck = ii * 10000 + k; 1,000 rows
edge       the last 15 columns of verywide, C9985 .. C9999
fmt        I long = ii, D double = ii * 1.5, T Instant = 2024-01-01T00:00:00Z + ii seconds, S String =
           "s<ii>"; 100 rows; I is red when even and blue when odd, D has the number format 0.00, T
           the date format yyyy-MM-dd, S a yellow background
hinted     A .. L long, the k-th letter (from 0) = ii * 100 + k; 1,000 rows; layout hints, see HINTS,
           and a description
bare       ten rows and no columns, static; nothing has no rows either
baregrows  no columns; two more rows a second
number     5: a variable that is no table
ctl        K long ascending, V String; empty at the start, changed by control commands
replaced   Version long, I long = ii; 10 rows; the command replace assigns one of the next Version
failing    I long = ii, S String = "<ii>", X long = ii; 10 rows; the command fail makes it fail
optional   I long = ii; 5 rows; the commands drop and offer take the variable away and back
"""

import base64
from datetime import datetime, timedelta, timezone

import numpy as np
from deephaven import dtypes, empty_table, input_table, new_table, time_table
from deephaven.column import (InputColumn, bool_col, byte_col, char_col, double_col, float_col,
                              int_col, long_col, short_col, string_col)
from deephaven.constants import (MAX_BYTE, MAX_INT, MAX_LONG, MAX_SHORT, MIN_BYTE, MIN_INT,
                                 MIN_LONG, MIN_SHORT, NULL_BYTE, NULL_CHAR, NULL_DOUBLE,
                                 NULL_FLOAT, NULL_INT, NULL_LONG, NULL_SHORT)

FORMULAS = [
    "I = ii",
    "S = `row-` + ii",
    "D = ii * 0.25",
    "N = ii % 5 == 0 ? NULL_INT : (int)(ii % 1000)",
    "B = ii % 3 == 0",
    "T = '2024-01-01T00:00:00Z' + ii * SECOND",
    "C = (char)(97 + ii % 26)",
    "L = ii * ii % 1000003",
]

# MIN_BYTE and its like are one above the machine's least value, which stands for null;
# MAX_FLOAT and MAX_DOUBLE are infinite, hence the literals.
#
# The table types, one list a column; the rows are ROWS. A null is null, never the number that
# stands for it on the wire; an empty string and an empty list are not null; -0.0 keeps its
# sign. Instant and ZonedDateTime arrive as nanoseconds in UTC, the zone is lost; Period would
# arrive as months, its days lost, and is asked for as text; BigDecimal arrives without trailing zeros; a lone surrogate in a
# String arrives as "?". The texts of the S_ columns are what the values are parsed from.
ROWS = ["ordinary", "null", "min", "max", "zero", "negative", "nan", "inf", "-inf"]
NAN, INF = float("nan"), float("inf")
TYPES = {
    "Byte": [1, NULL_BYTE, MIN_BYTE, MAX_BYTE, 0, -1, 6, 7, 8],
    "Short": [2, NULL_SHORT, MIN_SHORT, MAX_SHORT, 0, -1, 6, 7, 8],
    "Int": [3, NULL_INT, MIN_INT, MAX_INT, 0, -1, 6, 7, 8],
    "Long": [4, NULL_LONG, MIN_LONG, MAX_LONG, 0, -1, 6, 7, 8],
    # A, null, NUL, the greatest, digit 0, ESC, euro sign, lone surrogate, a wide one
    "Char": [0x41, NULL_CHAR, 0, 0xFFFE, 0x30, 0x1B, 0x20AC, 0xD800, 0x4E2D],
    "Float": [1.5, NULL_FLOAT, 1.401298464324817e-45, 3.4028234663852886e38, 0.0, -0.0, NAN, INF, -INF],
    "Double": [0.1, NULL_DOUBLE, 5e-324, 1.7976931348623157e308, 0.0, -0.0, NAN, INF, -INF],
    "Boolean": [True, None, False, True, False, True, False, True, False],
    "String": ["a", None, "", "\u00e9\u20ac", "0", "-1", "NaN", "null", "x" * 40],
    "S_Instant": ["2024-01-02T03:04:05.123456789Z", None, "1677-09-22T00:00:00Z",
                  "2262-04-11T00:00:00Z", "1970-01-01T00:00:00Z",
                  "1969-12-31T23:59:59.999999999Z", "2024-02-29T00:00:00Z",
                  "2024-03-31T01:30:00Z", "2000-01-01T00:00:00.5Z"],
    "S_ZonedDateTime": ["2024-01-02T03:04:05 ET", None, "1677-09-22T00:00:00 UTC",
                        "2262-04-11T00:00:00 UTC", "1970-01-01T00:00:00 UTC",
                        "1969-12-31T23:59:59 UTC", "2024-07-02T03:04:05 ET",
                        "2000-01-01T00:00:00 JP", "2024-02-29T12:00:00 UTC"],
    "S_LocalDate": ["2024-02-29", None, "0001-01-01", "9999-12-31", "1970-01-01", "1969-12-31",
                    "2000-01-01", "1900-03-01", "2100-12-31"],
    "S_LocalTime": ["12:34:56.789012345", None, "00:00:00", "23:59:59.999999999", "00:00:00",
                    "00:00:00.000000001", "12:00:00", "01:02:03", "23:00:00"],
    "S_Duration": ["PT1H2M3.5S", None, "-P106751D", "P106751D", "PT0S", "-PT1S",
                   "PT0.000000001S", "P100D", "PT90M"],
    "S_Period": ["P1Y2M", None, "-P9999Y", "P9999Y", "P0D", "-P1M", "P1Y2M3D", "P12M", "P1M"],
    "S_BigInteger": ["128", None, "-" + "9" * 40, "9" * 40, "0", "-1", "127", "-128",
                     "123456789012345678901234567890"],
    "S_BigDecimal": ["123.4500", None, "-" + "9" * 30 + ".5", "9" * 30 + ".5", "0", "-0.001",
                     "1000", "1E-30", "12345678901234567890.123456789"],
    "S_UUID": ["123e4567-e89b-12d3-a456-426614174000", None,
               "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff",
               "00000000-0000-0000-0000-000000000001", "80000000-0000-0000-8000-000000000000",
               "00000000-0000-0000-0000-000000000006", "00000000-0000-0000-0000-000000000007",
               "00000000-0000-0000-0000-000000000008"],
    "Bytes": [[1, 2, -1], None, [-128], [127], [], [-1, -2], list(range(100)), [0], [0, 1]],
    "Ints": [[1, NULL_INT, 3], None, [MIN_INT], [MAX_INT], [], [-1], list(range(1000)), [0],
             [NULL_INT]],
    "Strings": [["a", None, "\u00e9"], None, [""], ["z" * 50], [], ["-"],
                ["s%d" % i for i in range(100)], ["\x1b[31m"], ["a,b", 'c"d', "[e]"]],
    "Doubles": [[0.5, NULL_DOUBLE], None, [5e-324], [1.7976931348623157e308], [], [-0.5], [NAN], [INF],
                [-INF]],
    # LongVector: the row's null is a null vector, the empty list an empty vector
    "Longs": [[1, NULL_LONG, 3], None, [MIN_LONG], [MAX_LONG], [], [-1], list(range(100)), [0],
              [NULL_LONG]],
}

# The table awkward: What and Text. LONE_SURROGATE is built on the server, as it is no text.
LONE_SURROGATE = object()  # "a", U+D800, "b"; arrives as "a?b"
AWKWARD = [
    ("plain", "plain"),
    ("null", None),
    ("empty", ""),
    ("esc", "\x1b[31mred\x1b[0m"),
    ("osc52", "\x1b]52;c;aGVsbG8=\x07"),
    ("osc title", "\x1b]0;title\x1b\\"),
    ("dcs", "\x1bPq#0\x1b\\"),
    ("cr", "before\rafter"),
    ("newline", "one\ntwo"),
    ("nul", "a\x00b"),
    ("tab", "a\tb"),
    ("bel bs", "a\x07\x08b"),
    ("del", "a\x7fb"),
    ("c1 csi", "a\x9b31mb"),
    ("c1 osc", "a\x9d52;c;aGVsbG8=\x9cb"),
    ("rlo", "abc\u202edef\u202cghi"),
    ("isolates", "a\u2066b\u2069c"),
    ("zwsp", "zero\u200bwidth"),
    ("bom", "\ufeffabc"),
    ("line separator", "a\u2028b\u2029c"),
    ("zwj emoji", "\U0001F468\u200d\U0001F469\u200d\U0001F467"),
    ("flag", "\U0001F1E9\U0001F1EA"),
    ("emoji", "\U0001F600!"),
    ("variation", "\u2764\ufe0f\u2764\ufe0e"),
    ("skin tone", "\U0001F44D\U0001F3FD"),
    ("one mark", "e\u0301a"),
    ("lonely mark", "\u0301a"),
    ("1000 marks", "e" + "\u0301" * 1000 + "a"),
    ("cjk", "\u4e2d\u6587\u5b57"),
    ("fullwidth", "\uff21\uff22"),
    ("hangul jamo", "\u1112\u1161\u11ab"),
    ("arabic", "\u0633\u0644\u0627\u0645"),
    ("tag characters", "a\U000E0041\U000E0042b"),
    ("private use", "a\ue000b"),
    ("unassigned", "a\U0003FFFDb"),
    ("lone surrogate", LONE_SURROGATE),
    ("long", "0123456789" * 1000),
    ("long wide", "\u4e2d" * 5000),
    ("spaces", "  two  "),
    ("nbsp", "a\u00a0b"),
    ("soft hyphen", "a\u00adb"),
]

# Shown as K B | D C I H J E G L A: F hidden, J E G and C I side by side.
HINTS = {
    "freeze": ["K", "B"],
    "front": ["D"],
    "back": ["A"],
    "hide": ["F"],
    "column_groups": [{"name": "Three", "children": ["J", "E", "G"], "color": "#0000ff"},
                      {"name": "Pair", "children": ["C", "I"]}],
}


class Sources:
    """The tables that control commands write to."""

    def __init__(self):
        self.ctl = input_table(col_defs={"K": dtypes.long, "V": dtypes.string}, key_cols="K")
        self.version = 0
        self.failing_input = None

    def ctl_table(self):
        return self.ctl.sort("K")

    def ctl_add(self, keys, text):
        self.ctl.add(new_table([long_col("K", list(keys)),
                                string_col("V", [text] * len(keys))]))

    def ctl_remove(self, keys):
        self.ctl.delete(new_table([long_col("K", list(keys))]))

    def ctl_clear(self):
        keys = self.ctl.view("K").snapshot()
        if keys.size > 0:
            self.ctl.delete(keys)

    def next_replaced(self):
        self.version += 1
        return empty_table(10).update(["Version = %dL" % self.version, "I = ii"])

    def new_failing(self):
        self.failing_input = input_table(col_defs={"I": dtypes.long, "S": dtypes.string})
        self.failing_input.add(new_table([long_col("I", list(range(10))),
                                          string_col("S", [str(i) for i in range(10)])]))
        return self.failing_input.update("X = Long.parseLong(S)")

    def fail(self):
        self.failing_input.add(new_table([long_col("I", [10]), string_col("S", ["no number"])]))

    @staticmethod
    def new_optional():
        return empty_table(5).update("I = ii")


def formula_table(rows):
    return empty_table(rows).update_view(FORMULAS)


def array_column(name, array_type, element_type):
    values = [None if v is None else dtypes.array(element_type, v) for v in TYPES[name]]
    return InputColumn(name, array_type, input_data=values)


def vectors():
    """Row long, Longs LongVector for the rows of TYPES whose vector is not null."""
    pairs = [(row, x) for row, v in enumerate(TYPES["Longs"]) if v is not None
             for x in v or [0]]
    flat = new_table([long_col("Row", [p[0] for p in pairs]),
                      long_col("Longs", [p[1] for p in pairs])])
    empty = TYPES["Longs"].index([])  # a group has at least one row: cut it away again
    return flat.group_by("Row").update(
        "Longs = Row == %d ? Longs.subVector(0, 0) : Longs" % empty)


def types_table():
    plain = [("Byte", byte_col), ("Short", short_col), ("Int", int_col), ("Long", long_col),
             ("Char", char_col), ("Float", float_col), ("Double", double_col),
             ("Boolean", bool_col), ("String", string_col)]
    columns = [long_col("Row", list(range(len(ROWS)))), string_col("What", ROWS)]
    columns += [make(name, TYPES[name]) for name, make in plain]
    texts = [name for name in TYPES if name.startswith("S_")]
    columns += [string_col(name, TYPES[name]) for name in texts]
    columns += [array_column("Bytes", dtypes.byte_array, dtypes.byte),
                array_column("Ints", dtypes.int32_array, dtypes.int32),
                array_column("Strings", dtypes.string_array, dtypes.string),
                array_column("Doubles", dtypes.double_array, dtypes.double)]
    made = new_table(columns).natural_join(vectors(), on="Row").update([
        "Instant = parseInstantQuiet(S_Instant)",
        "ZonedDateTime = parseZonedDateTimeQuiet(S_ZonedDateTime)",
        "LocalDate = parseLocalDateQuiet(S_LocalDate)",
        "LocalTime = parseLocalTimeQuiet(S_LocalTime)",
        "Duration = parseDurationQuiet(S_Duration)",
        "Period = parsePeriodQuiet(S_Period)",
        "BigInteger = S_BigInteger == null ? null : new java.math.BigInteger(S_BigInteger)",
        "BigDecimal = S_BigDecimal == null ? null : new java.math.BigDecimal(S_BigDecimal)",
        "UUID = S_UUID == null ? null : java.util.UUID.fromString(S_UUID)",
    ])
    lists = ["Bytes", "Ints", "Strings", "Doubles", "Longs"]
    order = ["What"] + [n for n, _ in plain] + [n[2:] for n in texts] + lists
    return made.view(order)


def awkward_table():
    def encode(text):
        if text is None or text is LONE_SURROGATE:
            return None
        return base64.b64encode(text.encode("utf-16-be")).decode()

    lone = [text for _, text in AWKWARD].index(LONE_SURROGATE)
    # Texts go over as base64: NUL and friends do not survive the way from Python to Java.
    decode = ("Text = Idx == %d ? `a` + (char)0xD800 + `b` : Code == null ? null : new String("
              "java.util.Base64.getDecoder().decode(Code), "
              "java.nio.charset.StandardCharsets.UTF_16BE)" % lone)
    return new_table([
        int_col("Idx", list(range(len(AWKWARD)))),
        string_col("What", [what for what, _ in AWKWARD]),
        string_col("Code", [encode(text) for _, text in AWKWARD]),
    ]).update([decode, "Tail = `|end`"]).drop_columns("Code")


def wide_table(columns, rows, first=0):
    # Filled arrays: a formula for each column would compile for a minute.
    base = np.arange(rows, dtype=np.int64) * columns
    return new_table([long_col("C%d" % k, base + k) for k in range(first, columns)])


def hinted_table():
    letters = empty_table(1000).update(["%s = ii * 100 + %d" % (c, k)
                                        for k, c in enumerate("ABCDEFGHIJKL")])
    return letters.layout_hints(**HINTS).with_attributes(
        {"TableDescription": "letters, laid out by hints"})


def ticking_tables():
    second = time_table("PT1S").view("Tick = ii").last_by()
    start = datetime.now(timezone.utc) - timedelta(seconds=60)
    modified = empty_table(1000).update("K = ii").natural_join(second, on=[]).update([
        "V = K + 1000 * (Tick == NULL_LONG ? 0 : Tick)", "W = V * 2"]).drop_columns("Tick")
    sorting = empty_table(200).update("K = ii").natural_join(second, on=[]).update([
        "A = K + 1000 * ((K * 31 + (Tick == NULL_LONG ? 0 : Tick) * 7) % 17)",
        "B = A * 7"]).view(["A", "B", "K"]).sort_descending("A")
    swinging = empty_table(100).update("K = ii").natural_join(second, on=[]).update([
        "V = K * 10 + (Tick == NULL_LONG ? 0 : Tick % 2 * 5)",
        "W = 1000 - V / 2.0"]).drop_columns("Tick")
    shrinking = empty_table(410).update("P = ii").natural_join(second, on=[]).where(
        "P < 10 + abs((Tick == NULL_LONG ? 0 : Tick) * 40 % 800 - 400)").view(
            ["P", "R = P * 10"])
    blinking = time_table("PT0.05S", blink_table=True).update([
        "X = (long)(epochNanos(Timestamp) / 50000000)", "Y = X + 1"])
    tenth = time_table("PT0.1S").view("Tick = ii").last_by()
    busy = empty_table(1000).update("K = ii").natural_join(tenth, on=[]).update(
        ["B%d = (K * 20 + %d) * 1000 + (Tick == NULL_LONG ? 0 : Tick %% 1000)" % (k, k)
         for k in range(20)]).drop_columns(["K", "Tick"])
    # Now depends on N: otherwise it would be computed only once.
    stamp = time_table("PT0.01S").view("N = ii").last_by().update(
        "Now = epochNanos(now()) + 0 * N")
    return {
        "busy": busy,
        "stamp": stamp,
        "appending": time_table("PT0.5S", start_time=start).update("X = ii * 3"),
        "modified": modified,
        "sorting": sorting,
        "swinging": swinging,
        "shrinking": shrinking,
        "blinking": blinking,
        "baregrows": time_table("PT0.5S").drop_columns("Timestamp"),
    }


def build(sources):
    """All tables by name; sources keeps what control commands write to."""
    tables = {
        "small": formula_table(10**3),
        "million": formula_table(10**6),
        "billion": formula_table(10**9),
        "types": types_table(),
        "awkward": awkward_table(),
        "empty": empty_table(0).update(["I = ii", "S = `x`"]),
        "ten": wide_table(10, 1000),
        "wide": wide_table(1000, 10000),
        "verywide": wide_table(10000, 1000),
        "edge": wide_table(10000, 1000, first=9985),
        "fmt": empty_table(100).update([
            "I = ii", "D = ii * 1.5", "T = '2024-01-01T00:00:00Z' + ii * SECOND",
            "S = `s` + ii"]).format_columns([
                "I = I % 2 == 0 ? RED : BLUE", "D = Decimal(`0.00`)", "T = Date(`yyyy-MM-dd`)",
                "S = bg(YELLOW)"]),
        "hinted": hinted_table(),
        "bare": empty_table(10),
        "nothing": empty_table(0),
        "number": 5,
        "ctl": sources.ctl_table(),
        "replaced": sources.next_replaced(),
        "failing": sources.new_failing(),
        "optional": sources.new_optional(),
    }
    tables.update(ticking_tables())
    return tables
