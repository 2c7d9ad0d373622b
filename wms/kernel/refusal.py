"""The expected "no": a fact about the floor, returned as a value, logged and committed like an acceptance.

Rules and workflow steps return it; `wms.tasks` stores it with the scan; `scanner_ui` turns its code into words. A bug
is never a refusal: bugs raise.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

Detail = str | int | None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something was not done.

    `code` is a stable word such as `wrong_place` (its sentence and next step live in the translations); `details` are
    the values the sentence needs. Nothing was changed when a refusal is returned.
    """

    code: str
    details: Mapping[str, Detail] = field(default_factory=dict)

    def __str__(self) -> str:
        values = ", ".join(f"{name}={value}" for name, value in self.details.items())
        return f"{self.code} ({values})" if values else self.code
