"""A film of a barcode for Chromium's fake camera: a little askew, a little blurred, with noise. Called by tests."""

import random
from collections.abc import Sequence
from pathlib import Path

import zxingcpp
from PIL import Image, ImageFilter

WIDTH, HEIGHT = 640, 480
FRAMES = 6
_GREY = 150


def film(path: Path, codes: Sequence[tuple[str, str]]) -> Path:
    """Write a film of each of `codes` (format, contents) in turn; without any, of a bare wall. All in grey."""
    noise = random.Random(7)
    pictures = [_picture(*code) for code in codes] or [Image.new("L", (WIDTH, HEIGHT), _GREY)]
    with path.open("wb") as out:
        out.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F15:1 Ip A1:1 C420jpeg\n".encode())
        for picture in pictures:
            for _ in range(FRAMES):
                grain = Image.frombytes("L", picture.size, noise.randbytes(WIDTH * HEIGHT))
                frame = Image.blend(picture, grain, 0.08)
                out.write(b"FRAME\n" + frame.tobytes() + bytes([128]) * (WIDTH * HEIGHT // 2))
    return path


def _picture(barcode_format: str, contents: str) -> Image.Image:
    wanted = zxingcpp.barcode_format_from_str(barcode_format)
    # GS1 contents are written with brackets, and printed without them.
    symbol = zxingcpp.create_barcode(contents, wanted, **({"gs1": True} if contents.startswith("(") else {}))
    drawn = Image.fromarray(zxingcpp.write_barcode_to_image(symbol, scale=3, add_quiet_zones=True)).convert("L")
    label = Image.new("L", (drawn.width + 40, drawn.height + 40), 255)
    label.paste(drawn, (20, 20))
    room = min(0.9 * WIDTH / label.width, 0.8 * HEIGHT / label.height)
    label = label.resize((int(label.width * room), int(label.height * room)), Image.Resampling.BICUBIC)
    seen = Image.new("L", (WIDTH, HEIGHT), _GREY)
    seen.paste(label, ((WIDTH - label.width) // 2, (HEIGHT - label.height) // 2))
    return seen.rotate(3, resample=Image.Resampling.BICUBIC, fillcolor=_GREY).filter(ImageFilter.GaussianBlur(0.6))
