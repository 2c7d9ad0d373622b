"""What is wrong with a document's form, in the protocol's field names and in words a clerk understands.

Made by `writer` and `validation`; shown by whoever has to tell a person why a document was not sent. Pure. The words
never repeat the value, which may be personal; `value` does, so it goes only where personal data may go.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """What sort of fault."""

    MISSING = "missing"
    EMPTY = "empty"
    LEAVE_OUT = "leave_out"
    TOO_LONG = "too_long"
    WRONG_LENGTH = "wrong_length"
    NOT_A_NUMBER = "not_a_number"
    NOT_A_WHOLE_NUMBER = "not_a_whole_number"
    NUMBER_TOO_LARGE = "number_too_large"
    NOT_A_TIME = "not_a_time"
    TOO_MANY_DIGITS = "too_many_digits"
    TOO_MANY_DECIMALS = "too_many_decimals"
    NO_LINES = "no_lines"
    TOO_MANY = "too_many"
    REPEATED = "repeated"
    OUT_OF_PLACE = "out_of_place"
    UNKNOWN = "unknown"
    NOT_TEXT = "not_text"
    LOOSE_TEXT = "loose_text"
    BAD_CHARACTER = "bad_character"
    NOT_READABLE = "not_readable"
    NOT_BY_SCHEMA = "not_by_schema"


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaFault:
    """One fault. `what` follows the field's name to make a sentence: "InventoryHead.buyerName" + "is missing"."""

    kind: FaultKind
    field: str
    """Element that holds it and element, such as `InventoryHead.buyerName`."""
    line_no: int = 0
    """gnum of the line, or its place where gnum cannot be read; 0 for the document as a whole."""
    value: str = ""
    """What stands there now. May be personal data."""
    what: str
    what_zh: str
    document_no: int = 0
    """Which document of a whole message, from 1; 0 for the message itself, or where only one node was looked at."""


_WORDS: Mapping[FaultKind, tuple[str, str]] = {
    FaultKind.MISSING: ("is missing", "缺少，必须填写"),
    FaultKind.EMPTY: ("must not be empty", "不能为空，必须填写"),
    FaultKind.LEAVE_OUT: ("must not be empty: leave it out", "不能是空值：没有内容时请整项省略"),
    FaultKind.TOO_LONG: ("has {has} characters, customs takes {takes}", "有{has}个字符，海关最多接受{takes}个"),
    FaultKind.WRONG_LENGTH: (
        "has {has} characters, customs takes exactly {takes}",
        "有{has}个字符，海关要求正好{takes}个",
    ),
    FaultKind.NOT_A_NUMBER: ("is not a number", "不是数字"),
    FaultKind.NOT_A_WHOLE_NUMBER: ("is not a whole number", "不是整数"),
    FaultKind.NUMBER_TOO_LARGE: ("is a larger number than customs takes", "数值超出海关允许的范围"),
    FaultKind.NOT_A_TIME: (
        "is not a time written as year, month, day, hours, minutes, seconds",
        "不是年月日时分秒格式的时间",
    ),
    FaultKind.TOO_MANY_DIGITS: ("has {has} digits, customs takes {takes}", "共有{has}位数字，海关最多接受{takes}位"),
    FaultKind.TOO_MANY_DECIMALS: (
        "has {has} digits after the decimal point, customs takes {takes}",
        "小数点后有{has}位，海关最多接受{takes}位",
    ),
    FaultKind.NO_LINES: ("is missing: there must be at least one", "缺少：至少要有一项"),
    FaultKind.TOO_MANY: ("stands there {has} times, customs takes {takes}", "共有{has}项，海关最多接受{takes}项"),
    FaultKind.REPEATED: ("stands there {has} times instead of once", "重复出现{has}次，只能出现一次"),
    FaultKind.OUT_OF_PLACE: ("stands in the wrong place among its neighbours", "所在的位置顺序不对"),
    FaultKind.UNKNOWN: ("is nothing customs knows in this place", "海关报文的此处没有这一项"),
    FaultKind.NOT_TEXT: ("holds other elements where there must be text", "应为文本，却含有其他元素"),
    FaultKind.LOOSE_TEXT: ("holds text between its elements", "元素之间夹有多余的文字"),
    FaultKind.BAD_CHARACTER: (
        "holds a character that no message can carry ({character}): write it anew",
        "含有报文不能传送的字符（{character}）：请重新填写",
    ),
    FaultKind.NOT_READABLE: ("is not a readable message", "不是可以读取的报文"),
    FaultKind.NOT_BY_SCHEMA: ("is not written as customs wants it", "不符合海关要求的格式"),
}


def fault(
    kind: FaultKind,
    field: str,
    *,
    line_no: int = 0,
    document_no: int = 0,
    value: str = "",
    has: int = 0,
    takes: int = 0,
    character: str = "",
) -> SchemaFault:
    """A fault with its words; `has` and `takes` are the counts the words name."""
    what, what_zh = (words.format(has=has, takes=takes, character=character) for words in _WORDS[kind])
    # The only counts of one that occur: a field of one character, or a text of one where more were wanted.
    return SchemaFault(
        kind=kind,
        field=field,
        line_no=line_no,
        value=value,
        what=what.replace("has 1 characters", "has 1 character"),
        what_zh=what_zh,
        document_no=document_no,
    )
