"""Receipts on their way: planned, put into messages when due, handed over. Called by `speaking` and `port`.

Three steps, each committed before the next. What a message holds is settled before its file is written, so a port that
is killed while writing writes the same file again, and never one receipt in two messages.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from wms.customs.simulator import answers
from wms.customs.simulator.answers import Style, Values
from wms.customs.simulator.layouts import MOST_DOCUMENTS
from wms.customs.simulator.papers import Address
from wms.customs.simulator.registry import Registry


@dataclass(frozen=True, slots=True)
class Receipt:
    """One receipt to come."""

    number: str
    about: str
    at_ms: int
    """When it was decided."""
    due_ms: int
    """When it arrives."""
    values: Values
    guid: str
    """Of the message around it."""
    style: Style
    address: Address
    batched: bool = False


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message that is to be handed over, or was."""

    id: int
    name: str
    body: bytes


def post(registry: Registry, receipt: Receipt) -> None:
    """Plan a receipt."""
    style = receipt.style
    registry.connection.execute(
        "INSERT INTO receipts (number, about, at_ms, due_ms, field_values, guid, style, batched, receiver, enveloped)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            receipt.number,
            receipt.about,
            receipt.at_ms,
            receipt.due_ms,
            json.dumps(receipt.values, ensure_ascii=False),
            receipt.guid,
            json.dumps([style.in_gb2312, style.with_bom, style.prefixed]),
            receipt.batched,
            receipt.address.receiver,
            receipt.address.enveloped,
        ),
    )


def bundle(registry: Registry, now_ms: int) -> None:
    """Put everything that is due into messages."""
    rows = registry.connection.execute(
        "SELECT * FROM receipts WHERE is_bundled = 0 AND due_ms <= ? ORDER BY due_ms, id", (now_ms,)
    ).fetchall()
    single = count()
    bundles: dict[tuple[object, ...], list[int]] = {}
    for position, row in enumerate(rows):
        together = (row["number"], row["receiver"], row["enveloped"], row["style"]) if row["batched"] else next(single)
        bundles.setdefault((together,), []).append(position)
    for positions in bundles.values():
        for start in range(0, len(positions), MOST_DOCUMENTS):
            part = [rows[position] for position in positions[start : start + MOST_DOCUMENTS]]
            first = part[0]
            receipts: list[Values] = [[(name, text) for name, text in json.loads(row["field_values"])] for row in part]
            body = answers.message(first["number"], receipts, first["guid"], Style(*json.loads(first["style"])))
            if first["enveloped"]:
                body = answers.enveloped(body, first["number"], first["guid"].upper(), first["receiver"], now_ms)
            name = f"{answers.message_name(first['number'])}_{first['guid'].upper()}.xml"
            registry.connection.execute(
                "INSERT INTO outgoing (name, body, receiver) VALUES (?, ?, ?)", (name, body, first["receiver"])
            )
    registry.connection.executemany("UPDATE receipts SET is_bundled = 1 WHERE id = ?", [(row["id"],) for row in rows])


def undelivered(registry: Registry) -> Sequence[Outgoing]:
    """Messages that are ready and were not handed over, in their order."""
    rows = registry.connection.execute("SELECT id, name, body FROM outgoing WHERE is_delivered = 0 ORDER BY id")
    return [Outgoing(row["id"], row["name"], row["body"]) for row in rows]


def delivered(registry: Registry, message_id: int) -> None:
    registry.connection.execute("UPDATE outgoing SET is_delivered = 1 WHERE id = ?", (message_id,))


def since(registry: Registry, receiver: str, after: int, most: int) -> Sequence[Outgoing]:
    """The messages for one receiver behind a place in the sequence, as a gateway hands them out."""
    rows = registry.connection.execute(
        "SELECT id, name, body FROM outgoing WHERE receiver = ? AND id > ? ORDER BY id LIMIT ?", (receiver, after, most)
    )
    return [Outgoing(row["id"], row["name"], row["body"]) for row in rows]


def next_due_ms(registry: Registry) -> int | None:
    """When the next receipt arrives, or a list was patient enough; None where nothing moves by itself."""
    row = registry.connection.execute(
        "SELECT min(at) FROM (SELECT min(due_ms) AS at FROM receipts WHERE is_bundled = 0"
        " UNION ALL SELECT min(look_ms) FROM papers WHERE waiting = 1)"
    ).fetchone()
    moment: int | None = row[0]
    return moment
