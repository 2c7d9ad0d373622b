"""Static files under names that carry a hash of their contents, so that a handheld may keep them for ever.

`Assets.load` reads a folder once at start, rewrites the module imports and style addresses inside the files to the
hashed names, and compresses what gains from it: a flash of Wi-Fi must not be spent on asking whether a style sheet is
still the same (a full page paid for that in every measurement). The scanner blueprint serves `Assets.response_for`;
templates call the object itself: `asset("scan.js")`, and `asset.imports("scan.js")` for the preload list.

Invariants: a hashed name always has the same bytes; an import of a file that does not exist stops the start, not the
picker; imports in a circle are refused, because no hash could be computed for them.
"""

import gzip
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Self

from flask import Response

_TYPES = MappingProxyType(
    {
        ".js": "text/javascript; charset=utf-8",
        ".css": "text/css; charset=utf-8",
        ".svg": "image/svg+xml",
        ".json": "application/json",
        ".png": "image/png",
        ".woff2": "font/woff2",
        ".wasm": "application/wasm",
        ".webmanifest": "application/manifest+json",
    }
)
_COMPRESSED = frozenset({".js", ".css", ".svg", ".json", ".wasm", ".webmanifest"})
# Relative addresses only: `from "./wedge.js"`, `import("./camera.js")`, `url("./icon.svg")`.
_REFERENCE = re.compile(
    r"""(?P<before>\bfrom\s*|\bimport\s*\(?\s*|\burl\(\s*)(?P<quote>["'])\./(?P<name>[\w./-]+)(?P=quote)"""
)
# Comments are for the repository, not for the radio. Their lines stay, empty, so that a stack trace names the right
# one. (A line of a template literal must therefore not begin with two slashes; none does.)
_COMMENT_LINE = re.compile(r"^[ \t]*//.*$", re.MULTILINE)
_HASH_LENGTH = 12
_FOR_EVER = "public, max-age=31536000, immutable"


class BrokenAsset(Exception):
    """A static file names another one that is missing, or two name each other. Found at start."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent: the hashed name, its type, its bytes plain and compressed."""

    name: str
    hashed_name: str
    media_type: str
    body: bytes
    compressed: bytes | None
    references: tuple[str, ...]


class Assets:
    """All static files of a folder by name. Frozen after `load`; safe to share between threads."""

    def __init__(self, assets: Mapping[str, Asset], url_prefix: str) -> None:
        self._by_name = dict(assets)
        self._by_hashed_name = {asset.hashed_name: asset for asset in assets.values()}
        self._url_prefix = url_prefix.rstrip("/")

    @classmethod
    def load(cls, folder: Path, url_prefix: str) -> Self:
        """Read every file below `folder`. Raises BrokenAsset where a reference leads nowhere or in a circle."""
        loader = _Loader(folder)
        return cls({name: loader.asset(name) for name in loader.names()}, url_prefix)

    def __call__(self, name: str) -> str:
        """The address of a file for a page. Raises KeyError for a name that does not exist."""
        return f"{self._url_prefix}/{self._by_name[name].hashed_name}"

    def __iter__(self) -> Iterator[Asset]:
        return iter(self._by_name.values())

    def imports(self, name: str) -> list[str]:
        """The addresses of all modules `name` needs, directly or not: preloaded together instead of one by one."""
        found: dict[str, None] = {}
        waiting = list(self._by_name[name].references)
        while waiting:
            reference = waiting.pop(0)
            if reference.endswith(".js") and reference not in found:
                found[reference] = None
                waiting.extend(self._by_name[reference].references)
        return [self(reference) for reference in found]

    def response_for(self, hashed_name: str, accepted_encodings: str) -> Response | None:
        """The file as an HTTP answer, compressed where the browser takes gzip; None for a name that does not exist."""
        asset = self._by_hashed_name.get(hashed_name)
        if asset is None:
            return None
        compressed = asset.compressed if "gzip" in accepted_encodings.lower() else None
        response = Response(compressed if compressed is not None else asset.body, content_type=asset.media_type)
        response.headers["Cache-Control"] = _FOR_EVER
        response.headers["X-Content-Type-Options"] = "nosniff"
        if asset.compressed is not None:
            response.headers["Vary"] = "Accept-Encoding"
        if compressed is not None:
            response.headers["Content-Encoding"] = "gzip"
        return response


class _Loader:
    """Reads a folder, each file after the files it refers to."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._done: dict[str, Asset] = {}
        self._open: list[str] = []

    def names(self) -> list[str]:
        return sorted(
            path.relative_to(self._folder).as_posix()
            for path in self._folder.rglob("*")
            if path.is_file() and path.suffix in _TYPES
        )

    def asset(self, name: str) -> Asset:
        if name in self._done:
            return self._done[name]
        if name in self._open:
            raise BrokenAsset(f"static files import each other in a circle: {' → '.join([*self._open, name])}")
        path = self._folder / name
        if path.suffix not in _TYPES or not path.is_file():
            named_by = f" (named by {self._open[-1]})" if self._open else ""
            raise BrokenAsset(f"static file {name} does not exist{named_by}")
        self._open.append(name)
        body = path.read_bytes()
        references: tuple[str, ...] = ()
        if path.suffix in (".js", ".css"):
            text = body.decode()
            body, references = self._with_hashed_references(
                name, _COMMENT_LINE.sub("", text) if path.suffix == ".js" else text
            )
        self._open.pop()
        digest = hashlib.sha256(body).hexdigest()[:_HASH_LENGTH]
        asset = Asset(
            name=name,
            hashed_name=f"{name.removesuffix(path.suffix)}.{digest}{path.suffix}",
            media_type=_TYPES[path.suffix],
            body=body,
            # mtime 0: the same file gives the same bytes on every node.
            compressed=gzip.compress(body, 9, mtime=0) if path.suffix in _COMPRESSED else None,
            references=references,
        )
        self._done[name] = asset
        return asset

    def _with_hashed_references(self, name: str, text: str) -> tuple[bytes, tuple[str, ...]]:
        parent = Path(name).parent
        references: list[str] = []

        def hashed(match: re.Match[str]) -> str:
            target = (parent / match["name"]).as_posix()
            asset = self.asset(target)
            references.append(target)
            written = Path(asset.hashed_name).relative_to(parent).as_posix()
            return f"{match['before']}{match['quote']}./{written}{match['quote']}"

        return _REFERENCE.sub(hashed, text).encode(), tuple(references)
