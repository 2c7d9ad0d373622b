"""A sheet about a code (`scanner_ui.portraits`, `scanner_ui.examined`) as the handheld's panel shows it: FOUND. Pure.

One column of facts and a life, newest first; the panel is `_found.html`.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Json = dict[str, Any]

_SIGNS = {"go": "✓ ", "stop": "✕ ", "look": "! "}


def found_of(sheet: Mapping[str, Any], can: Sequence[Mapping[str, str]] = ()) -> Json:
    """The panel for a sheet. `can` are commands to go on with, as `{action, label}`."""
    rows = [(section["heading"], row) for section in sheet["sections"] for row in section["rows"]]
    named = bool(sheet["said"]) and not sheet["next"]
    return {
        "kind": sheet["title"],
        "title": sheet["said"] if named else sheet["name"],
        "code": sheet["name"] if named else "",
        "note": "" if named else f"{sheet['said']} {sheet['next']}".strip(),
        "facts": list(_facts(rows)),
        "can": [dict(each) for each in can],
        "life": [
            {"at": row["when"], "text": row["text"], "who": row["label"], "tone": row["tone"] or "idle"}
            for _, row in rows
            if row["when"]
        ],
    }


def _facts(rows: Sequence[tuple[str, Mapping[str, str]]]) -> Iterator[list[str]]:
    """Labels and values; a label that would be repeated is said once."""
    said = ""
    for heading, row in rows:
        if row["when"]:
            continue
        label = row["label"] or heading
        yield ["" if label == said else label, _SIGNS.get(row["tone"], "") + row["text"]]
        said = label
