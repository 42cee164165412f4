"""The tables of e2e/formats, run by the server: patterns that tables bring along.

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
