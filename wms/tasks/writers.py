"""Applies effects: hands each to the one writer registered for its class, inside the scan's transaction.

Filled in `wms.app`, one line per effect class; called by `desk` only.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

from sqlalchemy.orm import Session

from wms.kernel.effect import Effect
from wms.kernel.errors import Refused
from wms.kernel.refusal import Refusal
from wms.stock.model import Move
from wms.stock.service import Ledger, Posting
from wms.tasks.floor import WriteContext

E = TypeVar("E", bound=Effect)

E_contra = TypeVar("E_contra", bound=Effect, contravariant=True)


class Writer(Protocol[E_contra]):
    """Writes one effect in the given session, or refuses; then the whole scan is rolled back."""

    def __call__(
        self, session: Session, warehouse_id: int, effect: E_contra, /, *, now: datetime
    ) -> Refusal | None: ...


class Writers:
    """The register of writers. Stock moves are known to it: neighbouring ones are posted together."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._writers: dict[type[Effect], Writer[Any]] = {}

    def register(self, kind: type[E], writer: Writer[E]) -> None:
        """Make `writer` the only one for effects of class `kind`."""
        assert kind not in self._writers, f"{kind.__name__} has a writer already"
        self._writers[kind] = writer

    def effect_class(self, name: str) -> type[Effect]:
        """The effect class of that name; undo reads it from the scan log."""
        if name == Move.__name__:
            return Move
        return next(kind for kind in self._writers if kind.__name__ == name)

    def apply(self, session: Session, context: WriteContext, effects: Sequence[Effect]) -> None:
        """Write all effects in order. Raises Refused when a writer says no: the transaction must roll back."""
        moves: list[Move] = []
        for effect in effects:
            if isinstance(effect, Move):
                moves.append(effect)
                continue
            self._post(session, context, moves)
            moves = []
            _raise(self._writers[type(effect)](session, context.warehouse_id, effect, now=context.now))
        self._post(session, context, moves)

    def _post(self, session: Session, context: WriteContext, moves: Sequence[Move]) -> None:
        if not moves:
            return
        posting = Posting(context.now, context.operator_id, context.scan_id)
        _raise(self._ledger.post(session, context.warehouse_id, [move.transfer for move in moves], posting))


def _raise(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise Refused(refusal)
