"""Files that people bring: what is read, and what is said about those that cannot be."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wms.kernel import csv_rows
from wms.kernel.csv_rows import CsvRow, CsvRows, RowFault, read_csv
from wms.kernel.errors import BadInput

KNOWN = ("code", "name", "size")


def read(content: bytes) -> CsvRows:
    return read_csv(content.splitlines(keepends=True), KNOWN, ("code", "name"))


def refused(content: bytes) -> str:
    with pytest.raises(BadInput) as caught:
        read(content)
    return str(caught.value)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_rows_are_read_with_or_without_byte_order_mark(mark: bytes, line_end: bytes) -> None:
    lines = [b"Code, NAME", "A,杯".encode(), b" B ,Plate "]
    file = read(mark + line_end.join(lines))
    assert file.columns == ("code", "name")
    assert file.rows == (CsvRow(2, {"code": "A", "name": "杯"}), CsvRow(3, {"code": "B", "name": "Plate"}))
    assert file.misfits == ()


def test_line_numbers_are_those_of_the_file() -> None:
    file = read(b'\ncode,name\n\nA,"two\nlines"\n , \nB,Plate\n')
    assert [(row.line, row.values["code"]) for row in file.rows] == [(4, "A"), (7, "B")]
    assert file.rows[0].values["name"] == "two\nlines"


def test_rows_that_do_not_fit_the_header_are_listed_and_the_others_read() -> None:
    file = read(b"code,name\nA,Cup, big\nB\nC,Plate\n")
    assert [row.values["code"] for row in file.rows] == ["C"]
    assert [(fault.line, fault.column) for fault in file.misfits] == [(2, ""), (3, "")]
    assert file.misfits[0] == RowFault(2, "", "has 3 cells, the header has 2; put cells with a comma into quotes")


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b" , \n"])
def test_an_empty_file_is_refused(content: bytes) -> None:
    assert "empty" in refused(content)


def test_a_header_alone_is_a_file_without_rows() -> None:
    assert read(b"code,name\n").rows == ()


def test_missing_unknown_and_doubled_columns_are_all_listed() -> None:
    what = refused(b"code,colour,size,size\n")
    assert "no column name" in what
    assert "'colour'" in what
    assert "size twice" in what


@pytest.mark.parametrize("separator", [b";", b"\t"])
def test_other_separators_are_named(separator: bytes) -> None:
    assert "semicolon or tab" in refused(separator.join([b"code", b"name"]) + b"\n")


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("code,name\nA,杯\n".encode("gb18030"), "line 2: is not UTF-8 (byte 0xb1 at position 3)"),
        ("code,name\nA,Tasse à café\n".encode("latin-1"), "line 2: is not UTF-8"),
        ("code,name\nA,B\n".encode("utf-16"), "UTF-16"),
        ("code,name\nA,B\n".encode("utf-16-be"), "no column"),
    ],
)
def test_other_encodings_are_refused_with_the_line(content: bytes, what: str) -> None:
    assert what in refused(content)


@pytest.mark.parametrize("content", [b'code,name\nA,"Cup\nB,Plate\n', b'code,name\nA,"Cup"x\n'])
def test_what_is_no_csv_is_refused_with_the_line(content: bytes) -> None:
    assert "line 2: is not CSV" in refused(content)


def test_a_file_with_too_many_rows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_rows, "MAX_ROWS", 2)
    assert len(read(b"code,name\nA,1\nB,2\n").rows) == 2
    assert "more than 2 rows" in refused(b"code,name\nA,1\nB,2\nC,3\n")


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_file_is_read_or_refused(content: bytes) -> None:
    try:
        file = read(b"code,name\n" + content)
    except BadInput:
        return
    assert all(row.values.keys() == {"code", "name"} for row in file.rows)
