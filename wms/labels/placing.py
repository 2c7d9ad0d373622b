"""A picture of a whole label on the paper of our printers, dot for dot: for labels that others have drawn.

Pure but for the picture, which is black on white and one bit per dot. Called by `given`.
"""

from PIL import Image, ImageChops

from wms.labels.model import LabelError, LabelTrouble, Medium, ParcelSize

_WHITE = 255


def paper_dots(size: ParcelSize, medium: Medium) -> tuple[int, int]:
    """Width and height of the paper in dots of the medium's printer."""
    width, height = (int(side) * 8 for side in size.split("x"))
    return medium.dots(width), medium.dots(height)


def on_paper(picture: Image.Image, paper: tuple[int, int]) -> Image.Image | None:
    """`picture` as it fits onto the paper dot for dot: as it is, turned, or without the white around it.

    None where even the ink has no room: then it has to be drawn smaller. Raises LabelError for an empty page.
    """
    ink = ImageChops.invert(picture).getbbox()
    if ink is None:
        raise LabelError("carrier's label", "is an empty page; it was not handed out", LabelTrouble.BROKEN_FILE)
    turned = picture.transpose(Image.Transpose.ROTATE_90)
    for upright in (picture, turned):
        if _has_room(upright.size, paper):
            return _placed(upright, paper, 0, 0)
    for upright in (picture, turned):
        box = ImageChops.invert(upright).getbbox()
        assert box is not None
        inner = upright.crop(box)
        if _has_room(inner.size, paper):
            return _placed(inner, paper, (paper[0] - inner.width) // 2, (paper[1] - inner.height) // 2)
    return None


def shrinking(picture: Image.Image, paper: tuple[int, int]) -> float:
    """By how much a picture that `on_paper` has no room for is too large, as a factor below one."""
    box = ImageChops.invert(picture).getbbox()
    assert box is not None
    sides = sorted((box[2] - box[0], box[3] - box[1]))
    return min(room / side for room, side in zip(sorted(paper), sides, strict=True))


def _has_room(size: tuple[int, int], paper: tuple[int, int]) -> bool:
    return size[0] <= paper[0] and size[1] <= paper[1]


def _placed(picture: Image.Image, paper: tuple[int, int], left: int, top: int) -> Image.Image:
    whole = Image.new("1", paper, _WHITE)
    whole.paste(picture, (left, top))
    return whole
