"""Finds out what a code means at a step. Called by the scan door for every scan, and by look-up pages.

This is the hot path: a code that the step expects costs at most one statement (see `question`).

Nothing is guessed: a code with several meanings of one kind is `Ambiguous`, and a likely misread is refused with the
reason and never corrected. A supplier's pattern is asked only when nothing known answers to the code, so that what was
taught never hides what was there before.
"""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from sqlalchemy.orm import Session

from wms.barcodes.cleaning import clean
from wms.barcodes.commands import MARK, parse_command
from wms.barcodes.entered import is_sent_weight, weight_of
from wms.barcodes.model import Cleaned, CodeKind, Known, Resolution
from wms.barcodes.patterns import SupplierPattern, may_be_taught
from wms.barcodes.question import Patterns, Question, readings_of, wrong_kind
from wms.barcodes.reader import Reader
from wms.kernel.clock import Clock, SystemClock
from wms.kernel.refusal import Refusal


def no_patterns(session: Session, warehouse_id: int) -> Sequence[SupplierPattern]:
    """Patterns of a house in which nobody teaches any."""
    return ()


class Resolver:
    """Holds one reader per kind; made once by `wms.app`, used by all threads."""

    def __init__(self, readers: Iterable[Reader], clock: Clock | None = None, patterns: Patterns = no_patterns) -> None:
        self._readers: dict[CodeKind, Reader] = {}
        for reader in readers:
            assert reader.kind not in self._readers, f"two readers for {reader.kind}"
            self._readers[reader.kind] = reader
        self._clock = clock or SystemClock()
        self._patterns = patterns

    @property
    def readers(self) -> Mapping[CodeKind, Reader]:
        """Who looks up which kind, for whoever explains why a code was refused."""
        return MappingProxyType(self._readers)

    def clean(self, raw: str, symbology: str | None, source: str) -> Cleaned | Refusal:
        """The code without the scanner's additions; see `wms.barcodes.cleaning.clean`."""
        return clean(raw, symbology, source, self._clock.now().date())

    def resolve(
        self,
        session: Session,
        warehouse_id: int,
        raw: str,
        symbology: str | None,
        source: str,
        expects: tuple[CodeKind, ...],
    ) -> Resolution:
        """What `raw` means where a step expects the kinds `expects`, in the step's order."""
        cleaned = self.clean(raw, symbology, source)
        if isinstance(cleaned, Refusal):
            return cleaned
        return self.resolve_cleaned(session, warehouse_id, cleaned, expects)

    def resolve_cleaned(
        self, session: Session, warehouse_id: int, cleaned: Cleaned, expects: tuple[CodeKind, ...]
    ) -> Resolution:
        """Like `resolve`, for a caller that keeps the cleaned code.

        Refuses `unknown_command`, `wrong_kind`, `unknown_code`, `bad_check_digit`, `doubled_code`, `bad_date`,
        `bad_weight`, `bad_lot`, and what a reader refuses.
        """
        if cleaned.text.startswith(MARK):
            return _starred(cleaned, expects)
        return Question(self._readers, session, warehouse_id, cleaned, expects, self._clock, self._patterns).answer()

    def taught(self, session: Session, warehouse_id: int, cleaned: Cleaned) -> list[Cleaned]:
        """The code as each supplier's pattern that fits it reads it."""
        if not may_be_taught(cleaned):
            return []
        return readings_of(self._patterns(session, warehouse_id), cleaned, self._clock)


def _starred(cleaned: Cleaned, expects: tuple[CodeKind, ...]) -> Resolution:
    if not is_sent_weight(cleaned.text):
        command = parse_command(cleaned.text)
        return command if isinstance(command, Refusal) else Known(CodeKind.COMMAND, command)
    if CodeKind.WEIGHT not in expects:
        return wrong_kind(CodeKind.WEIGHT, cleaned.text.strip(MARK), expects)
    weight = weight_of(cleaned.text)
    assert weight is not None
    return weight if isinstance(weight, Refusal) else Known(CodeKind.WEIGHT, weight)
