"""Suppliers' own codes: a template such as `{sku}-{lot}-{qty}`, how it reads a code, how it is made by example. Pure.

Called by the resolver, by `teaching` and by the doctor's pages.

A template is fixed text with parts in braces: `{lot}` runs to the next separator, `{lot:6}` has six characters, and
`{sku+}` may have the template's separators inside. A code is read in one way or not at all: where it could be cut in
two ways, nothing is guessed and the template does not fit. Numbers that GS1 rules are never read by a template.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache
from itertools import groupby, pairwise

from wms.barcodes.commands import MARK
from wms.barcodes.entered import MAX_LOT_LENGTH, expiry_of
from wms.barcodes.model import Cleaned, Gs1Parts, Taught
from wms.kernel.identity import normalise_gtin
from wms.kernel.quantity import MAX_QUANTITY
from wms.kernel.refusal import Refusal

LONGEST_TEMPLATE = 120
LONGEST_PART = 50
"""What a barcode of the catalogue has room for."""


class Mark(StrEnum):
    """What a piece of a code is. The first five are parts of a template."""

    SKU = "sku"
    LOT = "lot"
    QTY = "qty"
    EXPIRY = "expiry"
    SERIAL = "serial"
    ANY = "any"
    """Something we have no use for; it differs from label to label."""
    SAME = "same"
    """On every label the same: a separator, a supplier's sign."""


_ONCE = (Mark.SKU, Mark.LOT, Mark.QTY, Mark.EXPIRY, Mark.SERIAL)
_PART = re.compile(r"\{(sku|lot|qty|expiry|serial|any)(\+|:[1-9][0-9]?)?\}")
_GTIN_OR_SSCC_LENGTHS = (8, 12, 13, 14, 18, 20)
_PIECES = re.compile(r"[A-Z]+|[0-9]+|[^A-Z0-9]+")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a template. `length` 0: up to the next separator."""

    mark: Mark
    length: int = 0
    may_hold_separators: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    """A template that can be read with: fixed texts and parts in order, and the two ways to look for their ends."""

    text: str
    pieces: tuple[str | Part, ...]
    shortest: re.Pattern[str]
    longest: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class SupplierPattern:
    """A template in force, with whose it is."""

    supplier: str
    template: str
    merchant_id: int | None = None


@lru_cache(maxsize=500)
def parse_template(text: str) -> Template | Refusal:
    """The template in `text`. Refuses `bad_pattern` with the problem."""
    text = text.strip().upper()
    text = re.sub(r"\{[^{}]*\}", lambda part: part.group().lower(), text)
    if len(text) > LONGEST_TEMPLATE:
        return _bad("too_long", text)
    pieces = _pieces_of(text)
    fixed = "".join(piece for piece in pieces if isinstance(piece, str))
    if "{" in fixed or "}" in fixed:
        return _bad("form", text)
    parts = [piece for piece in pieces if isinstance(piece, Part)]
    if sum(part.mark is Mark.SKU for part in parts) != 1:
        return _bad("no_product", text)
    if any(sum(part.mark is mark for part in parts) > 1 for mark in _ONCE):
        return _bad("twice", text)
    if len(parts) == 1 and not fixed:
        # It would read every code there is.
        return _bad("all_codes", text)
    if text.startswith(MARK):
        return _bad("command", text)
    for piece, after in pairwise(pieces):
        if isinstance(piece, Part) and isinstance(after, Part) and not piece.length and not after.length:
            return _bad("touching", text)
    separators = "".join(sorted({character for character in fixed if not character.isalnum()}))
    forms = ("".join(_form(piece, separators, greedy) for piece in pieces) for greedy in ("?", ""))
    return Template(text, pieces, *(re.compile(form) for form in forms))


def _bad(problem: str, template: str) -> Refusal:
    return Refusal("bad_pattern", {"problem": problem, "template": template[:LONGEST_TEMPLATE]})


def _pieces_of(text: str) -> tuple[str | Part, ...]:
    pieces: list[str | Part] = []
    end = 0
    for match in _PART.finditer(text):
        if match.start() > end:
            pieces.append(text[end : match.start()])
        mark, size = Mark(match[1]), match[2] or ""
        pieces.append(Part(mark, int(size[1:]) if size.startswith(":") else 0, may_hold_separators=size == "+"))
        end = match.end()
    if end < len(text):
        pieces.append(text[end:])
    return tuple(pieces)


def _form(piece: str | Part, separators: str, greedy: str) -> str:
    if isinstance(piece, str):
        return re.escape(piece)
    if piece.mark is Mark.QTY:
        character = "[0-9]"
    elif piece.may_hold_separators or piece.length or not separators:
        character = "."
    else:
        character = f"[^{re.escape(separators)}]"
    return f"({character}{{{piece.length}}})" if piece.length else f"({character}{{1,{LONGEST_PART}}}{greedy})"


def read_with(pattern: SupplierPattern, cleaned: Cleaned, today: date) -> Cleaned | None:
    """The code as `pattern` reads it, None where it does not fit.

    Quantities, dates and lots that cannot be such do not fit either.
    """
    template = parse_template(pattern.template)
    if isinstance(template, Refusal) or not may_be_taught(cleaned):
        return None
    match = template.shortest.fullmatch(cleaned.text)
    other = template.longest.fullmatch(cleaned.text)
    if match is None or other is None or match.groups() != other.groups():
        return None
    parts = [piece for piece in template.pieces if isinstance(piece, Part)]
    found = {
        part.mark: value.strip() for part, value in zip(parts, match.groups(), strict=True) if part.mark is not Mark.ANY
    }
    if not all(found.values()) or len(found.get(Mark.LOT, "")) > MAX_LOT_LENGTH:
        return None
    count = int(found[Mark.QTY]) if Mark.QTY in found else None
    if count is not None and not 1 <= count <= MAX_QUANTITY:
        return None
    expires_on = None
    if Mark.EXPIRY in found:
        day = expiry_of(found[Mark.EXPIRY], today)
        if day is None or isinstance(day, Refusal):
            return None
        expires_on = day.expires_on
    product = normalise_gtin(found[Mark.SKU]) or found[Mark.SKU]
    gs1 = Gs1Parts(product, count, found.get(Mark.LOT, ""), expires_on, found.get(Mark.SERIAL, ""))
    taught = Taught(pattern.supplier, template.text, pattern.merchant_id, product, gs1)
    return replace(cleaned, gtin="", gs1=gs1, taught=taught)


def may_be_taught(cleaned: Cleaned) -> bool:
    """Whether a template may read the code at all: what GS1 rules keeps its meaning, misread or not."""
    if cleaned.gtin or cleaned.gs1 is not None or cleaned.taught is not None or cleaned.text.startswith(MARK):
        return False
    return not (cleaned.text.isdigit() and len(cleaned.text) in _GTIN_OR_SSCC_LENGTHS)


# --- by example ------------------------------------------------------------------------------------------------------


def pieces_of_example(text: str, cuts: Sequence[int] = ()) -> tuple[str, ...]:
    """The example cut where letters, digits and separators meet, and behind the characters counted in `cuts`."""
    found: list[str] = []
    for match in _PIECES.finditer(text):
        inside = sorted({cut for cut in cuts if match.start() < cut < match.end()})
        bounds = [match.start(), *inside, match.end()]
        found.extend(text[start:end] for start, end in pairwise(bounds))
    return tuple(found)


def codes_within(pieces: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Every text that neighbouring pieces make, with where it begins and ends; what may be the code of a product."""
    bounds = [(start, end) for start in range(len(pieces)) for end in range(start + 1, len(pieces) + 1)]
    return {
        "".join(pieces[start:end]): (start, end)
        for start, end in bounds
        if pieces[start][0].isalnum() and pieces[end - 1][0].isalnum()
    }


def likely_marks(pieces: Sequence[str], product: tuple[int, int] | None = None) -> tuple[Mark, ...]:
    """A first guess for the form, nothing more: first the product, then the lot, then the quantity.

    `product` is from where to where a product's code is known to stand.
    """
    if product is None:
        return _in_turn(pieces, (Mark.SKU, Mark.LOT, Mark.QTY))
    start, end = product
    before, inside = _in_turn(pieces[:start], ()), _all_alike(pieces[start:end], Mark.SKU)
    return (*before, *inside, *_in_turn(pieces[end:], (Mark.LOT, Mark.QTY)))


def _all_alike(pieces: Sequence[str], mark: Mark) -> tuple[Mark, ...]:
    return tuple(mark if piece[0].isalnum() else Mark.SAME for piece in pieces)


def _in_turn(pieces: Sequence[str], marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """The next mark behind each separator."""
    guess: list[Mark] = []
    waiting = list(marks)
    for piece in pieces:
        if not piece[0].isalnum():
            guess.append(Mark.SAME)
            if len(guess) > 1 and guess[-2] is not Mark.SAME and waiting:
                waiting.pop(0)
        else:
            guess.append(waiting[0] if waiting else Mark.ANY)
    return tuple(guess)


def template_of(pieces: Sequence[str], marks: Sequence[Mark]) -> str:
    """The template that the marked example stands for.

    Neighbours with the same mark are one part, with the separator between them. A part that touches another one has the
    length it has in the example.
    """
    runs = list(_runs(pieces, marks))
    separators = {c for mark, text in runs if mark is Mark.SAME for c in text if not c.isalnum()}
    template = ""
    for number, (mark, text) in enumerate(runs):
        if mark is Mark.SAME:
            template += text
            continue
        beside = [runs[other][0] for other in (number - 1, number + 1) if 0 <= other < len(runs)]
        touches = any(neighbour is not Mark.SAME for neighbour in beside)
        size = f":{len(text)}" if touches else "+" if separators & set(text) else ""
        template += f"{{{mark}{size}}}"
    return template


def _runs(pieces: Sequence[str], marks: Sequence[Mark]) -> Iterator[tuple[Mark, str]]:
    joined = list(zip(marks, pieces, strict=True))
    for number in range(1, len(joined) - 1):
        (before, _), (mark, text), (after, _) = joined[number - 1 : number + 2]
        if mark is Mark.SAME and before is after and before is not Mark.SAME and not text[0].isalnum():
            joined[number] = (before, text)
    for mark, run in groupby(joined, key=lambda pair: pair[0]):
        yield mark, "".join(text for _, text in run)
