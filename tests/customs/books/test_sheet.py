"""The comparison as a spreadsheet reads it."""

import csv
import io
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from wms.customs.books.commands import end_of_day
from wms.customs.books.model import BookLine
from wms.customs.books.sheet import BYTE_ORDER_MARK, LINE_COLUMNS, lines_as_csv


def test_one_row_for_each_article_record() -> None:
    line = BookLine("REC-1", (("RED", "牙刷, 红色"), ("BLUE", "Brush")), 10, 8)
    text = lines_as_csv(date(2026, 11, 5), [line])
    assert text.startswith(BYTE_ORDER_MARK)
    header, row = list(csv.reader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK))))
    assert tuple(header) == LINE_COLUMNS
    assert row == ["2026-11-05", "REC-1", "RED BLUE", "牙刷, 红色; Brush", "10", "8", "-2"]


def test_a_day_ends_on_the_warehouse_s_wall() -> None:
    end = end_of_day(date(2026, 11, 5), ZoneInfo("Asia/Shanghai"))
    assert end == datetime(2026, 11, 5, 15, 59, 59, 999999, UTC)
