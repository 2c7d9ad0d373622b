"""Static files under names that carry a hash of their contents, so that a handheld may keep them for ever.

`Assets.load` reads a folder once at start, joins each script with the modules it imports (`scanner_ui.modules`),
and rewrites other addresses inside the files to the hashed names: a flash of Wi-Fi must not be spent on asking whether
a style sheet is still the same (a full page paid for that in every measurement), nor on a request for each of thirty
modules. What gains from it is sent compressed (`wms.web.packing`). The scanner blueprint serves
`Assets.response_for`; templates call the object itself: `asset("scan.js")`. The service worker (`Assets.worker`) is the
one script with a name that stays: it carries the list of all that the page needs.

Invariants: a hashed name always has the same bytes; an import of a file that does not exist stops the start, not the
picker; imports in a circle are refused, because no hash could be computed for them.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Self

from flask import Response

from scanner_ui.modules import Module, UnknownForm, joined, read_module, without_comments
from wms.web.packing import file_response

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
# Relative addresses only: `import("./camera.js")`, `url("./icon.svg")`, `"src": "./icon-192.png"`.
_REFERENCE = re.compile(
    r"""(?P<before>\bimport\s*\(\s*|\burl\(\s*|"src":\s*)(?P<quote>["'])\./(?P<name>[\w./-]+)(?P=quote)"""
)
_HASH_LENGTH = 12
_WORKER = "service_worker.js"
# What the page can do without: the worker itself has no hashed name, and a scan engine needs no camera.
_VENDOR = "vendor/"
# The bench is a desk of its own.
_NOT_KEPT = (_WORKER, "bench", "camera", _VENDOR)
_FOR_EVER = "public, max-age=31536000, immutable"


class BrokenAsset(Exception):
    """A static file names another one that is missing, or two name each other. Found at start."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent: the hashed name, its type, its bytes."""

    name: str
    hashed_name: str
    media_type: str
    body: bytes
    is_part: bool = False
    """Joined into another script: no page asks for it by itself."""


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
        assets = {name: loader.asset(name) for name in loader.names()}
        parts = {part for module in loader.modules() for part in module.imports}
        return cls({name: replace(asset, is_part=name in parts) for name, asset in assets.items()}, url_prefix)

    def __call__(self, name: str) -> str:
        """The address of a file for a page. Raises KeyError for a name that does not exist."""
        return f"{self._url_prefix}/{self._by_name[name].hashed_name}"

    def __iter__(self) -> Iterator[Asset]:
        return iter(self._by_name.values())

    def worker(self, shell: str, drawn_from: Iterable[Path]) -> bytes:
        """The service worker: keeps the page at `shell` and all files it needs on the device.

        `drawn_from` are the files the page is drawn from besides these: a change of any of them is a new version.
        """
        body = self._by_name[_WORKER].body
        kept = [self(asset.name) for asset in self if not asset.is_part and not asset.name.startswith(_NOT_KEPT)]
        version = hashlib.sha256(body + json.dumps(kept).encode())
        for path in drawn_from:
            version.update(path.read_bytes())
        known = {"SHELL": shell, "PRECACHE": kept, "VERSION": version.hexdigest()[:_HASH_LENGTH]}
        return "".join(f"const {name} = {json.dumps(value)};\n" for name, value in known.items()).encode() + body

    def response_for(self, hashed_name: str, accepted_encodings: str) -> Response | None:
        """The file as an HTTP answer, compressed as the browser takes it; None for a name that does not exist."""
        asset = self._by_hashed_name.get(hashed_name)
        if asset is None:
            return None
        response = file_response(asset.body, asset.media_type, accepted_encodings)
        response.headers["Cache-Control"] = _FOR_EVER
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


@cache
def assets_below(folder: Path, url_prefix: str) -> Assets:
    """The files of a folder that stays as it is while the process runs: read and packed once, for whoever asks."""
    return Assets.load(folder, url_prefix)


class _Loader:
    """Reads a folder, each file after the files it refers to."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._done: dict[str, Asset] = {}
        self._modules: dict[str, Module] = {}
        self._open: list[str] = []

    def names(self) -> list[str]:
        return sorted(
            path.relative_to(self._folder).as_posix()
            for path in self._folder.rglob("*")
            if path.is_file() and path.suffix in _TYPES
        )

    def modules(self) -> Iterable[Module]:
        return self._modules.values()

    def asset(self, name: str) -> Asset:
        if name in self._done:
            return self._done[name]
        path = self._checked(name)
        self._open.append(name)
        body = path.read_bytes()
        if path.suffix in (".css", ".webmanifest"):
            body = self._with_hashed_references(name, body.decode()).encode()
        elif path.suffix == ".js":
            body = self._script(name).encode()
        self._open.pop()
        digest = hashlib.sha256(body).hexdigest()[:_HASH_LENGTH]
        asset = Asset(
            name=name,
            hashed_name=f"{name.removesuffix(path.suffix)}.{digest}{path.suffix}",
            media_type=_TYPES[path.suffix],
            body=body,
        )
        self._done[name] = asset
        return asset

    def _checked(self, name: str) -> Path:
        if name in self._open:
            raise BrokenAsset(f"static files import each other in a circle: {' → '.join([*self._open, name])}")
        path = self._folder / name
        if path.suffix not in _TYPES or not path.is_file():
            named_by = f" (named by {self._open[-1]})" if self._open else ""
            raise BrokenAsset(f"static file {name} does not exist{named_by}")
        return path

    def _script(self, name: str) -> str:
        if name.startswith(_VENDOR):
            return (self._folder / name).read_text("utf-8")  # somebody else's work is sent as it is
        module = self._module(name)
        return joined(module, self._modules.__getitem__)

    def _module(self, name: str) -> Module:
        source = self._with_hashed_references(name, (self._folder / name).read_text("utf-8"))
        if name == _WORKER:
            return Module(name, without_comments(source), {}, ())
        try:
            module = read_module(name, source, lambda other: _beside(name, other))
        except UnknownForm as error:
            raise BrokenAsset(str(error)) from None
        for other in module.imports:
            if other not in self._modules:
                self.asset(other)
        self._modules[name] = module
        return module

    def _with_hashed_references(self, name: str, text: str) -> str:
        def hashed(match: re.Match[str]) -> str:
            asset = self.asset(_beside(name, match["name"]))
            written = Path(asset.hashed_name).relative_to(Path(name).parent).as_posix()
            return f"{match['before']}{match['quote']}./{written}{match['quote']}"

        return _REFERENCE.sub(hashed, text)


def _beside(name: str, other: str) -> str:
    return (Path(name).parent / other).as_posix()
