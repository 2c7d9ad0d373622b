"""Text to material. Called by the resolver; wired in `wms.app`."""

import re
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from wms.barcodes.model import Cleaned, CodeKind
from wms.packaging.lookup import materials
from wms.packaging.model import MATERIAL_PREFIX, Material

_NUMBERED = re.compile(r"[A-Z0-9][A-Z0-9-]{4,39}", re.ASCII)


class MaterialReader:
    """Reads a material by its card, MAT-<code>, or a numbered piece by what its number begins with."""

    kind = CodeKind.MATERIAL

    def __call__(self, session: Session, warehouse_id: int, cleaned: Cleaned) -> Sequence[Material]:
        text = cleaned.text
        if text.startswith(MATERIAL_PREFIX):
            known = materials(session, warehouse_id).get(text.removeprefix(MATERIAL_PREFIX))
            return () if known is None else (known,)
        if not _NUMBERED.fullmatch(text) or text.isdigit():
            return ()
        return [
            replace(material, number=text)
            for material in materials(session, warehouse_id).values()
            if material.number_prefix and text.startswith(material.number_prefix) and text != material.number_prefix
        ]
