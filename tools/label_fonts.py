"""Cuts the Chinese fonts of the labels out of Debian's Noto Sans CJK.

Run by hand after the list of characters has changed: `python tools/label_fonts.py`; the same input gives the same
bytes. The press copies the whole file of a font for every label, so a tenth of the characters makes a Chinese label
three times as fast. In are all of GB 2312 (both levels), the common traditional characters (level 1 of Big5), and
the third level of the table of standard characters: what names of people and places need (`label_font_names.txt`).
What is still missing comes from the whole font, which stays installed: such a label is slower, not wrong.

The fonts are renamed, so that nobody takes them for the whole ones. They are under the SIL Open Font License, whose
text lies beside them.
"""

from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

FOLDER = Path(__file__).parents[1] / "label_templates" / "fonts"
WHOLE = Path("/usr/share/fonts/opentype/noto")
SIMPLIFIED_CHINESE = 2
"""The number of the language in the collections."""
FAMILY = "Label CJK SC"
ZONE = (0xA1, 0xFF)
"""Lead and trail bytes of GB 2312."""
BIG5_LEVEL_1 = (0xA440, 0xC67E)
DROPPED = ["GPOS", "GSUB", "GDEF", "BASE", "vhea", "vmtx", "VORG"]
FAMILY_NAME, STYLE_NAME, WHOLE_NAME, POSTSCRIPT_NAME = 1, 2, 4, 6


def characters() -> set[int]:
    """The code points to keep."""
    pairs = [bytes((lead, trail)) for lead in range(*ZONE) for trail in range(*ZONE)]
    common = "".join(pair.decode("gb2312", "ignore") for pair in pairs)
    low, high = BIG5_LEVEL_1
    codes = (code.to_bytes(2, "big") for code in range(low, high + 1))
    traditional = "".join(code.decode("big5", "ignore") for code in codes)
    names = (Path(__file__).parent / "label_font_names.txt").read_text(encoding="utf-8")
    spaces = " \u00a0"  # a space takes the font of the word before it
    return {ord(character) for character in common + traditional + names + spaces if character != "\n"}


def cut(style: str, kept: set[int]) -> Path:
    """Write one style."""
    options = subset.Options()
    options.font_number = SIMPLIFIED_CHINESE
    options.layout_features = []
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 4, 5, 6, 7, 13, 14]
    options.recalc_timestamp = False
    options.drop_tables += DROPPED
    font: TTFont = subset.load_font(WHOLE / f"NotoSansCJK-{style}.ttc", options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=kept)
    cutter.subset(font)
    rename(font, style)
    path = FOLDER / f"LabelCJKsc-{style}.otf"
    font.save(path)
    return path


def rename(font: TTFont, style: str) -> None:
    """Another name in both places a font has for it."""
    postscript = f"LabelCJKsc-{style}"
    words = {
        FAMILY_NAME: FAMILY,
        STYLE_NAME: style,
        WHOLE_NAME: f"{FAMILY} {style}",
        POSTSCRIPT_NAME: postscript,
    }
    for record in list(font["name"].names):
        if record.nameID in words and record.langID != 0x409:
            font["name"].removeNames(record.nameID, record.platformID, record.platEncID, record.langID)
    for number, text in words.items():
        font["name"].setName(text, number, 3, 1, 0x409)
    outlines = font["CFF "].cff
    outlines.fontNames = [postscript]
    outlines[0].FullName, outlines[0].FamilyName = f"{FAMILY} {style}", FAMILY


def main() -> None:
    """Write both styles and say what they hold."""
    kept = characters()
    for style in ("Regular", "Bold"):
        path = cut(style, kept)
        with TTFont(path) as font:
            present = len(kept & set(font.getBestCmap()))
        print(f"{path.name}: {present} of {len(kept)} characters, {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
