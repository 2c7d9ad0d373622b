"""The sample of each template as a label: what previews show and tests try.

Called by `preview` and tests. The values stand in the template's own header, so that a template and its sample cannot
part.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from wms.labels.contents import template_of
from wms.labels.documents import CustomsList, Document, LoadManifest, PackingList
from wms.labels.model import (
    BadgeLabel,
    CommandLabel,
    ContainerLabel,
    Label,
    LabelError,
    Medium,
    PalletLabel,
    ParcelLabel,
    PlaceLabel,
    ReturnLabel,
    SkuLabel,
)
from wms.labels.templates import template_header, template_names


@dataclass(frozen=True, slots=True)
class Kind:
    """What one folder of templates is for."""

    words: str
    of: type[Label | Document]


KINDS: Mapping[str, Kind] = {
    "parcel": Kind("Parcel", ParcelLabel),
    "return": Kind("Return", ReturnLabel),
    "pallet": Kind("Pallet", PalletLabel),
    "container": Kind("Tote or pallet", ContainerLabel),
    "place": Kind("Place", PlaceLabel),
    "sku": Kind("SKU", SkuLabel),
    "badge": Kind("Badge", BadgeLabel),
    "command": Kind("Command card", CommandLabel),
    "packing_list": Kind("Packing list", PackingList),
    "manifest": Kind("Load manifest", LoadManifest),
    "customs_list": Kind("Copy of the customs list", CustomsList),
}
"""By folder. The sheets of barcodes and the evidence have pages of their own and are made of other things."""


def sample_names() -> tuple[str, ...]:
    """Every template that has a sample, in the order of the kinds."""
    return tuple(name for folder in KINDS for name in sorted(template_names()) if name.startswith(f"{folder}/"))


def media_of(name: str) -> tuple[Medium, ...]:
    """What a template is made for: labels for everything, papers as PDF."""
    return (Medium.PDF,) if template_header(name).is_paper else tuple(Medium)


def sample_label(name: str) -> Label | Document:
    """The sample of a template, in its size. Raises LabelError where its values make no label of it."""
    kind = KINDS[name.split("/", maxsplit=1)[0]]
    header = template_header(name)
    size = {"size": name.rsplit("_", 1)[1]} if kind.of is ParcelLabel else {}
    try:
        label: Label | Document = msgspec.convert({**header.sample, **size}, kind.of)
    except msgspec.ValidationError as error:
        raise LabelError(f"template {name}", f"has a wrong sample: {error}") from error
    if template_of(label) != name:
        raise LabelError(f"template {name}", f"has a sample for {template_of(label)}")
    return label
