"""The tables of e2e/formats, run by the server: patterns and colours that tables bring along.

P and Q are what the server itself makes of the patterns of X and T; that of X is another one
in every second row. B has one that is none, and C is the same without.
"""
from deephaven import empty_table, time_table

NUMBER = "ii % 2 == 0 ? `#,##0.00` : `0.0000`"
TEXTS = ["P = new java.text.DecimalFormat(%s).format(X)" % NUMBER,
         "X__TABLE_NUMBER_FORMAT = " + NUMBER,
         "Q = java.time.format.DateTimeFormatter.ofPattern(`EEE d MMM yyyy`)"
         ".withZone(java.time.ZoneId.of(`Europe/Vienna`)).format(T)",
         "B = X", "C = X"]
PATTERNS = ["T = Date(`EEE d MMM yyyy`)", "B = Decimal(`no ## pattern ##`)"]
X = "X = (ii - 20) * 1234.567"

format_own = empty_table(400).update(
    [X, "T = epochNanosToInstant(ii * 26123456789012L)"] + TEXTS).format_columns(PATTERNS)
format_ticks = time_table("PT0.2S").update(
    ["T = Timestamp", X] + TEXTS).drop_columns("Timestamp").format_columns(PATTERNS).tail(40)

format_colours = empty_table(40).update(
    ["%s = `%s` + (100 + ii)" % (c.upper(), c) for c in "fghk"] + ["V = 139 - ii"]).format_columns(
        ["F = ii % 2 == 0 ? fg(`#ff0000`) : 0L", "G = bg(`#000080`)",
         "H = bgfg(`#ffff00`, `#0000ff`)"]).format_row_where(
             "F == `f107`", "bgfg(`#00ff00`, `#010203`)")
format_tinted = time_table("PT0.2S").update(
    "S = ii % 3 == 0 ? `reddish` : `bluish`").format_columns(
        "S = S == `reddish` ? fg(`#ff0000`) : fg(`#0000ff`)").tail(20)
format_changes = time_table("PT1S").view("S = ii % 2 == 0 ? `evenly` : `oddly`").last_by(
    ).view(["K = `k`", "S"]).format_columns("S = bg(`#00ff00`)")
format_wide = wide.format_columns(
    ["C%d = bg(`#00ff00`)" % i for i in range(0, 1000, 200)] + ["C998 = bg(`#00ff00`)"] +
    ["C%d = Decimal(`0.00`)" % i for i in (3, 996)])
