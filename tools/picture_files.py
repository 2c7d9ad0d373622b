"""Where the pictures of the documentation lie, and how small they have to be. Called by the other picture tools.

Every picture is written with a small palette; one that would be heavier than it may be is refused, because the
repository keeps every version for ever.
"""

import io
from pathlib import Path

from PIL import Image

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
MOST_BYTES = 150_000
MOST_BYTES_OF_A_SCREEN = 30_000
COLOURS = 256

PALETTE = (
    "111111", "ffffff", "444444", "707070", "9a9a9a", "c8c8c4", "ecebe6", "8a8a84", "7ce38b", "3e7246", "b9f27c",
    "ffc20a", "806105", "8b0000", "c58080", "003f7d", "8098c0", "0e1114", "f4f4f0", "c4c6c8", "3b4147", "262b31",
    "7d858d", "ff9d93", "0b7a2b", "224466",
)  # fmt: skip
"""The colours of the page, and a few between them for the edges of letters: a picture must not change a tone."""


class NoPicture(Exception):
    """Something the pictures need did not happen; the text says what."""


def save(name: str, png: bytes) -> None:
    """Write a picture with a palette of its own."""
    with Image.open(io.BytesIO(png)) as picture:
        write(name, picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE), MOST_BYTES)


def save_screen(name: str, png: bytes) -> None:
    """Write a picture of the handheld in the page's own colours."""
    with Image.open(io.BytesIO(png)) as picture:
        write(name, in_the_pages_colours(picture.convert("RGB")), MOST_BYTES_OF_A_SCREEN)


def in_the_pages_colours(picture: Image.Image) -> Image.Image:
    """With the fixed palette: half as heavy as with one of its own, and no tone is another."""
    palette = Image.new("P", (1, 1))
    palette.putpalette(b"".join(bytes.fromhex(colour) for colour in PALETTE))
    return picture.quantize(palette=palette, dither=Image.Dither.NONE)


def write(name: str, flat: Image.Image, most_bytes: int) -> None:
    """Write a picture that has its palette."""
    buffer = io.BytesIO()
    flat.save(buffer, "PNG", optimize=True)
    if buffer.tell() > most_bytes:
        raise NoPicture(f"{name}.png would have {buffer.tell()} bytes; show less, or take fewer colours")
    (PICTURES / f"{name}.png").write_bytes(buffer.getvalue())
    print(f"{name}.png  {buffer.tell() / 1000:.0f} kB", flush=True)
