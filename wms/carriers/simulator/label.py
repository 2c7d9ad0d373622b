"""A label as the simulated carrier draws it: a page of PDF, the number in bars, in a square code and in letters. Pure.

Drawn as real ones are, in points and with filled rectangles: whoever prints it has to find the dots.
"""

from collections.abc import Iterator, Sequence

import barcode
import qrcode

WIDTH, HEIGHT = 283.46, 425.2
"""100 × 150 mm in points."""
_BAR = 0.375 * 72 / 25.4
_DOT = 0.5 * 72 / 25.4


def label_pdf(number: str, routing: str = "571W-000-A3") -> bytes:
    """The same number gives the same bytes."""
    words = "BT /F1 14 Tf 20 400 Td (SIMULATED LABEL) Tj /F1 22 Tf 0 -30 Td ({}) Tj /F1 12 Tf 0 -225 Td ({}) Tj ET"
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=0)
    code.add_data(square_text(number))
    code.make(fit=True)
    bars = barcode.get("code128", number).build()[0]
    drawn = [
        words.format(routing, number),
        *_rectangles([bars], 20, 220, _BAR, 60),
        *_rectangles(["".join("1" if dot else "0" for dot in row) for row in code.get_matrix()], 20, 120, _DOT, _DOT),
    ]
    return _document("\n".join(drawn).encode("ascii"))


def square_text(number: str) -> str:
    """What stands in the two-dimensional code: the number among other things, as SF writes it."""
    return f"MMM={{'k1':'571','k2':'571WA','k3':'','k4':'T4','k5':'{number}','k6':'','k7':'c3f3d05b'}}"


def _rectangles(rows: Sequence[str], left: float, top: float, across: float, down: float) -> Iterator[str]:
    for line, row in enumerate(rows):
        begin = None
        for column, dot in enumerate(f"{row}0"):
            if dot == "1" and begin is None:
                begin = column
            elif dot == "0" and begin is not None:
                bottom = top - (line + 1) * down
                yield f"{left + begin * across:.3f} {bottom:.3f} {(column - begin) * across:.3f} {down:.3f} re f"
                begin = None


def _document(drawing: bytes) -> bytes:
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %.2f %.2f] /Contents 4 0 R" % (WIDTH, HEIGHT)
        + b" /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing),
    )
    body = bytearray(b"%PDF-1.4\n")
    places = []
    for position, each in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (position, each)
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for place in places:
        body += b"%010d 00000 n \n" % place
    body += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(body)
