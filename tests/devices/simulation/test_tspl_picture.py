"""What a TSPL printer burns: pictures in their three ways of lying over what is there; what is unknown is named."""

from devices.simulation.tspl_picture import picture_of

HEAD = b"SIZE 1 mm,0.25 mm\r\nGAP 3 mm,0 mm\r\nCLS\r\n"


def rows(label: bytes, dots_per_inch: int = 203) -> tuple[bytes, list[str]]:
    picture, unknown = picture_of(label, dots_per_inch)
    return picture.tobytes(), unknown


def test_a_bit_that_is_set_stays_white() -> None:
    assert rows(HEAD + b"BITMAP 0,0,1,2,0,\xf0\x0f\r\nPRINT 1,1\r\n") == (b"\xf0\x0f", [])


def test_pictures_over_pictures() -> None:
    under = HEAD + b"BITMAP 0,0,1,2,0,\xf0\xf0\r\n"
    assert rows(under + b"BITMAP 0,0,1,1,0,\xff\r\n") == (b"\xff\xf0", [])
    assert rows(under + b"BITMAP 0,0,1,1,1,\xcc\r\n") == (b"\xc0\xf0", [])
    assert rows(under + b"BITMAP 0,0,1,1,2,\xcc\r\n") == (b"\xc3\xf0", [])
    assert rows(under + b"CLS\r\n") == (b"\xff\xff", [])


def test_the_size_is_in_dots_of_the_printer() -> None:
    assert picture_of(b"SIZE 100 mm, 150 mm\r\n")[0].size == (800, 1200)
    assert picture_of(b"SIZE 100.00 mm,150.00 mm\r\n", 300)[0].size == (1181, 1772)


def test_what_is_not_drawn_is_named() -> None:
    assert rows(HEAD + b'TEXT 1,1,"2",0,1,1,"A"\r\nBITMAP 0,0,1,2,0,\xff') == (
        b"\xff\xff",
        ["TEXT", "BITMAP that is cut off"],
    )
