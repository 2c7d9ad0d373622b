"""How the simulated port and customs behave today. Pure values; called by everything in this folder."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Shares are in thousandths of the papers, receipts or messages they concern; times are in milliseconds.

    Left alone it is a calm day: what agrees is released, and every receipt comes once, in order, in UTF-8.
    """

    # What customs decide.
    refused: int = 0
    """Lists refused by an officer although they agree."""
    orders_refused: int = 0
    """Orders, payments and waybills refused although they agree."""
    reviewed: int = 0
    """Lists an officer looks at (300) before anything else."""
    inspected: int = 0
    refused_after_inspection: int = 0
    """Of the inspected ones."""
    detained: int = 0
    """Lists detained (501 to 599) for the time of an inspection."""
    sent_back: int = 0
    """Of the detained ones: goods that must leave the country (700)."""
    withdrawn: int = 0
    """Lists released, and then refused or ordered to inspection after all."""
    closed: int = 0
    """Released lists that are closed (899) later."""
    applications_refused: int = 0
    """Cancellations and returns refused although they are in order."""
    passes_refused: int = 0

    # What goes wrong in between.
    technical: int = 0
    """Papers that the port could not pass on (4) or work on (negative): to be sent again."""
    outages: int = 0
    """Messages whose answers all come `outage_ms` late."""
    doubled: int = 0
    """Receipts that come a second time, in a message of their own."""
    overtaken: int = 0
    """Receipts that come late, behind ones that were written after them."""

    # How receipts are written.
    batched: int = 0
    """Receipts that wait for others of their kind and come in one message with them."""
    in_gb2312: int = 0
    with_bom: int = 0
    prefixed: int = 0
    """Messages with a prefix on every element instead of the default namespace."""

    step_ms: int = 1_000
    """Between two decisions, more or less."""
    inspection_ms: int = 30_000
    outage_ms: int = 20_000
    assumed_after_ms: int | None = None
    """A list that has waited so long for a paper of another company is treated as if that paper had come and agreed.
    None: it waits for ever, as at the real port."""
    unsigned_allowed: bool = False
    """Take lists and applications that carry no signature at all. A wrong signature is refused in any case."""


EVERYDAY = Scenario(
    refused=20,
    reviewed=30,
    inspected=30,
    refused_after_inspection=200,
    detained=3,
    sent_back=300,
    withdrawn=5,
    closed=300,
    technical=3,
    doubled=100,
    overtaken=100,
    batched=200,
    in_gb2312=50,
    with_bom=50,
    prefixed=100,
)
"""What `wms run` meets: mostly smooth, with everything that happens at a real port now and then."""
