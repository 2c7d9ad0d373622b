"""On which line of a TOML file a key stands, because the standard library's reader does not say. Pure.

Knows as much TOML as devices.toml needs: tables, arrays of tables, one key per line. Called by `configuration_file`.
"""

import re

_HEADER = re.compile(r"\s*(\[\[?)\s*([\w.-]+)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"\s*(?:\"([^\"]+)\"|([\w-]+))\s*=")


class TomlPlaces:
    """Lines of the tables and keys of `text`."""

    def __init__(self, text: str) -> None:
        self._tables: dict[tuple[str, int], int] = {}
        self._keys: dict[tuple[str, int, str], int] = {}
        counts: dict[str, int] = {}
        table, number = "", 0
        for line_number, line in enumerate(text.splitlines(), start=1):
            if header := _HEADER.match(line):
                table = header[2]
                number = counts.get(table, -1) + 1
                counts[table] = number
                self._tables[table, number] = line_number
            elif key := _KEY.match(line):
                self._keys.setdefault((table, number, key[1] or key[2]), line_number)

    def line_of(self, table: str, number: int, key: str | None = None) -> int:
        """The line of a key, else of its table, else of the beginning."""
        place = None if key is None else self._keys.get((table, number, key))
        return place or self._tables.get((table, number), 1)
