"""Reads a table that was written as Arrow, csv, tsv and json lines with pyarrow, and compares.

usage: read_back.py FOLDER NAME

FOLDER holds NAME.arrow, .csv, .tsv and .json of the same rows. What the Arrow stream says is
the truth; the texts are read as its types, which pyarrow does itself where it can. Prints
"ok ROWS COLUMNS".
"""

import datetime
import decimal
import json
import sys

import pyarrow as pa
import pyarrow.compute
import pyarrow.csv
import pyarrow.json

NANOS = 10**9
decimal.getcontext().prec = 100000


def whole(data):
    return int.from_bytes(data, "big", signed=True)


def big_decimal(data):
    scale = int.from_bytes(data[:4], "little", signed=True)
    return decimal.Decimal(whole(data[4:])).scaleb(-scale)


def duration(nanos):
    """As java.time.Duration prints itself."""
    sign = -1 if nanos < 0 else 1
    total = abs(nanos)
    hours, total = divmod(total, 3600 * NANOS)
    minutes, total = divmod(total, 60 * NANOS)
    seconds, fraction = divmod(total, NANOS)
    out = "PT"
    out += f"{sign * hours}H" if hours else ""
    out += f"{sign * minutes}M" if minutes else ""
    if seconds or fraction or out == "PT":
        text = f"{'-' if sign < 0 else ''}{seconds}"
        text += ("." + f"{fraction:09d}".rstrip("0")) if fraction else ""
        out += text + "S"
    return out


def java_type(field):
    return (field.metadata or {}).get(b"deephaven:type", b"").decode()


def plain(field, value):
    """What JSON says of a value."""
    java, kind = java_type(field), field.type
    if value is None:
        return None
    if pa.types.is_list(kind):
        return [plain(kind.value_field, v) for v in value]
    if pa.types.is_binary(kind):
        if java == "java.math.BigInteger":
            return whole(value)
        if java == "java.math.BigDecimal":
            return big_decimal(value)
        return [b - 256 if b > 127 else b for b in value]
    if pa.types.is_uint16(kind):
        return "\ufffd" if 0xD800 <= value < 0xE000 else chr(value)
    if pa.types.is_float32(kind):
        return value
    return value


def same_number(text, value, single):
    if value != value:
        return str(text) == "NaN"
    if value in (float("inf"), float("-inf")):
        return str(text) == ("Infinity" if value > 0 else "-Infinity")
    return (pa.scalar(float(text), pa.float32()).as_py() if single else float(text)) == value


def numbers(field, column):
    """Times and durations as the numbers that they are: Python's own types have no nanos."""
    kind = field.type
    if pa.types.is_timestamp(kind) or pa.types.is_time64(kind) or pa.types.is_duration(kind):
        return column.cast(pa.int64())
    return column


def time_text(kind, n):
    if pa.types.is_duration(kind):
        return duration(n)
    if pa.types.is_time64(kind):
        s, f = divmod(n, NANOS)
        return f"{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}.{f:09d}"
    s, f = divmod(n, NANOS)
    moment = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=s)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{f:09d}Z".rjust(30, "0")


def check_value(where, field, found, value):
    """found: of JSON, with numbers as Decimal or int."""
    kind = field.type
    if value is None:
        ok = found is None
    elif pa.types.is_timestamp(kind) or pa.types.is_time64(kind) or pa.types.is_duration(kind):
        ok = found == time_text(kind, value)
    elif pa.types.is_date(kind):
        ok = found == value.isoformat()
    elif pa.types.is_floating(kind):
        ok = found is not None and same_number(found, value, pa.types.is_float32(kind))
    elif pa.types.is_list(kind):
        items = numbers(kind.value_field, pa.array(value, kind.value_type)).to_pylist()
        assert isinstance(found, list) and len(found) == len(items), (where, found, value)
        for f, v in zip(found, items):
            check_value(where, kind.value_field, f, v)
        return
    else:
        ok = found == plain(field, value) and type(found) is not float
    assert ok, f"{where}: found {found!r}, expected {value!r} ({kind})"


def has_words(truth):
    """Numbers that JSON has no number for."""
    return any(pa.types.is_floating(f.type) and not pa.compute.all(
        pa.compute.is_finite(truth[f.name])).as_py() for f in truth.schema)


def check_json(path, truth):
    with open(path, encoding="utf-8") as f:
        lines = f.read().split("\n")[:-1]
    assert len(lines) == truth.num_rows, (len(lines), truth.num_rows)
    if truth.num_rows and not has_words(truth): # a column of numbers and words is none for pyarrow
        assert pyarrow.json.read_json(path).num_rows == truth.num_rows
    rows = [json.loads(l, parse_float=decimal.Decimal) for l in lines]
    for field in truth.schema:
        values = numbers(field, truth[field.name]).to_pylist()
        for i, value in enumerate(values):
            check_value(f"{path}:{i + 1} {field.name}", field, rows[i][field.name], value)


def read_text(path, delimiter):
    """All as texts, null where nothing stood."""
    names = pyarrow.csv.read_csv(
        path, parse_options=pyarrow.csv.ParseOptions(delimiter=delimiter, newlines_in_values=True)
    ).column_names
    return pyarrow.csv.read_csv(
        path,
        parse_options=pyarrow.csv.ParseOptions(delimiter=delimiter, newlines_in_values=True,
                                               ignore_empty_lines=False),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types={n: pa.string() for n in names}, null_values=[""],
            strings_can_be_null=True, quoted_strings_can_be_null=False))


def from_text(field, text):
    kind = field.type
    if text is None:
        return None
    if pa.types.is_boolean(kind):
        return {"true": True, "false": False}[text]
    if pa.types.is_list(kind) or (pa.types.is_binary(kind) and not java_type(field).startswith(
            "java.math.")):
        return json.loads(text, parse_float=decimal.Decimal)
    if pa.types.is_binary(kind):
        return decimal.Decimal(text)
    if pa.types.is_integer(kind) and not pa.types.is_uint16(kind):
        return int(text)
    return text


def check_csv(path, delimiter, truth):
    if not truth.num_columns:
        with open(path, encoding="utf-8") as f:
            assert f.read() == "\n" * (truth.num_rows + 1)
        return
    table = read_text(path, delimiter)
    assert table.column_names == truth.column_names, table.column_names
    assert table.num_rows == truth.num_rows, (table.num_rows, truth.num_rows)
    for field in truth.schema:
        values = numbers(field, truth[field.name]).to_pylist()
        texts = table[field.name].to_pylist()
        for i, value in enumerate(values):
            check_value(f"{path}:{i + 1} {field.name}", field, from_text(field, texts[i]), value)


def main():
    base = f"{sys.argv[1]}/{sys.argv[2]}"
    with open(base + ".arrow", "rb") as f:
        truth = pa.ipc.open_stream(f).read_all()
        assert f.read() == b"", "more behind the end of the stream"
    truth.validate(full=True)
    check_json(base + ".json", truth)
    check_csv(base + ".csv", ",", truth)
    check_csv(base + ".tsv", "\t", truth)
    print("ok", truth.num_rows, truth.num_columns)


main()
