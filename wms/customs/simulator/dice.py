"""Chance that remembers: the same question about the same paper always falls the same way. Pure.

A die is thrown by hashing seed, paper and question, never by drawing the next number of a sequence. So it does not
matter in which order papers come, how often the port was killed in between, or that another share was changed.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Dice:
    """The dice of one paper."""

    seed: int
    about: tuple[str, ...]

    def happens(self, what: str, thousandths: int) -> bool:
        """Whether it is one of so many in a thousand."""
        return self._roll(what) % 1000 < thousandths

    def between(self, what: str, low: int, high: int) -> int:
        """Some whole number, both ends included."""
        return low + self._roll(what) % (high - low + 1)

    def about_so_long(self, what: str, milliseconds: int) -> int:
        """Half to the whole of that time, and never nothing: two decisions have an order."""
        return max(1, self.between(what, milliseconds // 2, milliseconds))

    def one_of(self, what: str, choices: Sequence[T]) -> T:
        return choices[self._roll(what) % len(choices)]

    def digits(self, what: str, count: int) -> str:
        return f"{self._roll(what) % 10**count:0{count}d}"

    def guid(self, what: str) -> str:
        """36 characters in small letters, as customs writes them."""
        text = hashlib.sha256(self._question(what)).hexdigest()
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:32]}"

    def _roll(self, what: str) -> int:
        return int.from_bytes(hashlib.sha256(self._question(what)).digest()[:12], "big")

    def _question(self, what: str) -> bytes:
        return "\x1f".join((str(self.seed), *self.about, what)).encode()
