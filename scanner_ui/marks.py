"""Where two codes or names differ, so that a refusal can show it: you are at A-03-1**3**-B, go to A-03-1**2**-B.

The presenter calls it for every sentence that names what was scanned and what was expected. Pure.
"""

from collections.abc import Mapping

Piece = tuple[str, str]
"""A part of a sentence and its mark: "" for plain text, "got" and "want" for the part that makes the difference."""

_MOST_SHARED = 0.3
"""Names that share less than this are simply two names: all of each would be marked, and nothing would stand out."""


def marked(text: str, details: Mapping[str, object]) -> list[Piece]:
    """`text` in pieces, with the difference between its `got` and `want` marked where both stand in it."""
    got, want = details.get("got"), details.get("want")
    if not isinstance(got, str) or not isinstance(want, str) or not got or not want or got == want:
        return [(text, "")]
    spans = _spans(text, got, want)
    if spans is None:
        return [(text, "")]
    pieces: list[Piece] = []
    end = 0
    for start, stop, mark in spans:
        pieces += [(text[end:start], ""), (text[start:stop], mark)]
        end = stop
    pieces.append((text[end:], ""))
    return [piece for piece in pieces if piece[0]]


def _spans(text: str, got: str, want: str) -> list[tuple[int, int, str]] | None:
    """From, to and mark of both differing parts in the order of the text; None where they are not both there."""
    parts = differing(got, want)
    at_got, at_want = text.find(got), text.find(want)
    if parts is None or at_got < 0 or at_want < 0:
        return None
    (got_from, got_to), (want_from, want_to) = parts
    spans = [(at_got + got_from, at_got + got_to, "got"), (at_want + want_from, at_want + want_to, "want")]
    spans.sort()
    overlap = spans[0][1] > spans[1][0]
    return None if overlap else [span for span in spans if span[1] > span[0]]


def differing(got: str, want: str) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """The part of each that the other does not have; None where they have too little in common to compare."""
    head = _shared(got, want)
    tail = _shared(got[head:][::-1], want[head:][::-1])
    if head + tail < _MOST_SHARED * max(len(got), len(want)):
        return None
    got_part, want_part = (head, len(got) - tail), (head, len(want) - tail)
    # A name is compared word by word: "250" against "350", not "2" against "3". A code stays with its characters.
    if " " in got and " " in want:
        return _whole_words(got, got_part), _whole_words(want, want_part)
    return got_part, want_part


def _shared(one: str, other: str) -> int:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def _whole_words(text: str, part: tuple[int, int]) -> tuple[int, int]:
    start, stop = part
    while start > 0 and text[start - 1] != " ":
        start -= 1
    while stop < len(text) and text[stop] != " ":
        stop += 1
    return start, stop
