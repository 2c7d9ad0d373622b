"""Where two codes or names differ, so that a refusal can show it: you are at A-03-1**3**-B, go to A-03-1**2**-B.

The presenter calls it for every sentence that names what was scanned and what was expected. Pure.
"""

from collections.abc import Mapping

Piece = tuple[str, str]
"""A part of a sentence and its mark: "" for plain text, "got" and "want" for the part that makes the difference."""
Run = tuple[Piece, ...]
"""Pieces that belong together, such as one code: a line does not break inside a short one."""

_MOST_SHARED = 0.3
"""Names that share less than this are simply two names: all of each would be marked, and nothing would stand out."""


def marked(text: str, details: Mapping[str, object]) -> list[Run]:
    """`text` in runs, with the difference between its `got` and `want` marked where both stand in it."""
    got, want = details.get("got"), details.get("want")
    if not isinstance(got, str) or not isinstance(want, str) or not got or not want or got == want:
        return [((text, ""),)]
    parts = differing(got, want)
    at_got, at_want = _where(text, got, want)
    if parts is None or at_got < 0 or at_want < 0:
        return [((text, ""),)]
    things = sorted([(at_got, got, parts[0], "got"), (at_want, want, parts[1], "want")])
    runs: list[Run] = []
    end = 0
    for start, thing, (first, last), mark in things:
        runs.append(((text[end:start], ""),))
        runs.append(_run((thing[:first], ""), (thing[first:last], mark), (thing[last:], "")))
        end = start + len(thing)
    runs.append(((text[end:], ""),))
    return [run for run in runs if any(piece[0] for piece in run)]


def _run(*pieces: Piece) -> Run:
    return tuple(piece for piece in pieces if piece[0])


def _where(text: str, got: str, want: str) -> tuple[int, int]:
    """Where each stands in the text, not one inside the other; -1 where it does not."""
    longer, shorter = (got, want) if len(got) >= len(want) else (want, got)
    at_longer = text.find(longer)
    hidden = text[: max(at_longer, 0)] + "\0" * len(longer) + text[max(at_longer, 0) + len(longer) :]
    at_shorter = hidden.find(shorter) if at_longer >= 0 else -1
    return (at_longer, at_shorter) if longer is got else (at_shorter, at_longer)


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
