"""From the picture of a label to what its printer takes, and back: one bit per dot, in ZPL or in TSPL.

`picture_commands` serves every label that is a picture: ours for printers that speak TSPL, and those that a carrier
sends as a document. `check_picture` reads the finished commands as a printer does, before they are handed out. Pure.

TSPL pictures go as plain bytes, and printers look for commands such as ESC ! R (reset) wherever they stand, also inside
of a picture. So no picture holds such a pair of bytes: where one would, the picture is cut between them.
"""

import re
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence

from PIL import Image, ImageChops

from wms.labels.drawing import graphic_field, graphic_in
from wms.labels.model import ExpectedSymbol, LabelError, LabelTrouble, Medium
from wms.labels.reader import read_raster

_WHITE = 255
_GAP_MM = 3
"""Between two labels of a roll. Printers look for the gap with a sensor; this says about how long it is."""

_ACTED_ON = re.compile(rb"[\x1b~]!")
"""What printers that speak TSPL take for the beginning of a command at any time."""

_ZPL = re.compile(r"\^XA\n\^PW(\d+)\n\^LL(\d+)\n\^LH0,0\n\^PON\n\^FO0,0(\^GF[^^]*)\^FS\n\^PQ1\n\^XZ\n")
_TSPL_HEAD = re.compile(
    rb"SIZE (\d+\.\d\d) mm,(\d+\.\d\d) mm\r\nGAP \d mm,0 mm\r\nDIRECTION 0,0\r\nREFERENCE 0,0\r\nCLS\r\n"
)
_TSPL_PIECE = re.compile(rb"BITMAP (\d+),(\d+),(\d+),(\d+),0,")
_TSPL_END = b"PRINT 1,1\r\n"


def picture_commands(picture: Image.Image, medium: Medium) -> bytes:
    """`picture` as one label: mode "1", black on white, a pixel per dot of the medium's printer. Not for PDF.

    The same picture gives the same bytes; it is printed once.
    """
    assert picture.mode == "1", picture.mode
    assert medium is not Medium.PDF, "a document is no picture"
    if medium.is_zpl:
        width, height = picture.size
        field = f"^FO0,0{graphic_field(ImageChops.invert(_in_whole_bytes(picture)))}^FS"
        return f"^XA\n^PW{width}\n^LL{height}\n^LH0,0\n^PON\n{field}\n^PQ1\n^XZ\n".encode("ascii")
    size = ",".join(f"{_millimetres(dots, medium)} mm" for dots in picture.size)
    head = f"SIZE {size}\r\nGAP {_GAP_MM} mm,0 mm\r\nDIRECTION 0,0\r\nREFERENCE 0,0\r\nCLS\r\n".encode("ascii")
    return head + b"".join(_pieces(_in_whole_bytes(picture), 0, 0)) + _TSPL_END


def picture_in(commands: bytes, medium: Medium) -> Image.Image:
    """The picture that `picture_commands` made the commands of. Raises LabelError for anything else."""
    try:
        return _from_zpl(commands) if medium.is_zpl else _from_tspl(commands, medium)
    except (ValueError, zlib.error) as error:
        raise LabelError("label", f"is no picture of ours: {error}", LabelTrouble.UNREADABLE) from error


def check_picture(commands: bytes, medium: Medium, expected: Sequence[ExpectedSymbol]) -> None:
    """Raise LabelError (`label_unreadable`) unless exactly the `expected` symbols can be read from what is printed."""
    found = read_raster(picture_in(commands, medium), {symbol.symbology for symbol in expected})
    if found != Counter(expected):
        wanted, seen = (
            ", ".join(f"{each.symbology.name} {each.content!r}" for each in few) for few in (expected, found)
        )
        what = f"reads back as {seen or 'nothing'}; it was not handed out"
        raise LabelError(f"label with {wanted}", what, LabelTrouble.UNREADABLE)


def _in_whole_bytes(picture: Image.Image) -> Image.Image:
    """With white on its right up to the next whole byte: what is left of a byte would be black in TSPL."""
    paper = Image.new("1", (-(-picture.width // 8) * 8, picture.height), _WHITE)
    paper.paste(picture, (0, 0))
    return paper


def _pieces(picture: Image.Image, left: int, top: int) -> Iterator[bytes]:
    """BITMAP commands that together are the picture; `left` and `top` in dots. A bit of 1 stays white."""
    data, row_bytes = picture.tobytes(), picture.width // 8
    found = _ACTED_ON.search(data)
    if found is None:
        yield f"BITMAP {left},{top},{row_bytes},{picture.height},0,".encode("ascii") + data + b"\r\n"
        return
    row, column = divmod(found.start() + 1, row_bytes)
    # Cut before the second byte of the pair: beside it, or where it begins a row, above it.
    across = column * 8 or picture.width
    first, last = (row, row + 1) if column else (0, row)
    boxes = [
        (0, 0, picture.width, first),
        (0, first, across, last),
        (across, first, picture.width, last),
        (0, last, picture.width, picture.height),
    ]
    for box in boxes:
        if box[0] < box[2] and box[1] < box[3]:
            yield from _pieces(picture.crop(box), left + box[0], top + box[1])


def _millimetres(dots: int, medium: Medium) -> str:
    """To the nearest hundredth, which is less than any printer's dot."""
    hundredths = (dots * 2540 + 150) // 300 if medium.dots_per_inch == 300 else (dots * 25 + 1) // 2
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def _from_zpl(commands: bytes) -> Image.Image:
    found = _ZPL.fullmatch(commands.decode("ascii"))
    if found is None:
        raise ValueError("it is not one graphic on one label")
    return ImageChops.invert(graphic_in(found[3])).crop((0, 0, int(found[1]), int(found[2])))


def _from_tspl(commands: bytes, medium: Medium) -> Image.Image:
    head = _TSPL_HEAD.match(commands)
    if head is None:
        raise ValueError("it does not begin like one of ours")
    width, height = (_dots(int(number.replace(b".", b"")), medium) for number in head.groups())
    paper = Image.new("1", (width, height), _WHITE)
    at = head.end()
    while (piece := _TSPL_PIECE.match(commands, at)) is not None:
        left, top, row_bytes, height = (int(number) for number in piece.groups())
        begin, end = piece.end(), piece.end() + row_bytes * height
        if _ACTED_ON.search(commands, begin, end) or commands[end : end + 2] != b"\r\n":
            raise ValueError("a picture has another size than it says, or a command in it")
        paper.paste(Image.frombytes("1", (row_bytes * 8, height), commands[begin:end]), (left, top))
        at = end + 2
    if commands[at:] != _TSPL_END:
        raise ValueError("it does not end like one of ours")
    return paper


def _dots(hundredths_of_mm: int, medium: Medium) -> int:
    if medium.dots_per_inch == 300:
        return (hundredths_of_mm * 300 + 1270) // 2540
    return (hundredths_of_mm * 2 + 12) // 25
