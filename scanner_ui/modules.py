"""Joins JavaScript modules into one file, so that a page comes in one request over a slow radio.

Called by `scanner_ui.assets` at start; there is no build step and nothing to keep in step by hand. Modules share one
scope, which saves handing names from one to the other; those that use the same name for different things keep a scope
of their own. Only the forms of import and export that our modules use are understood; any other stops the start.

Invariant: what the joined file does is what the modules do, each evaluated once, after those it imports.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass

_IMPORT = re.compile(r'^import\s*(?:\{(?P<names>[^}]*)\}\s*from\s*)?"\./(?P<name>[\w./-]+)";\n?', re.MULTILINE)
_EXPORT = re.compile(r"^export (?P<kind>(?:async )?(?:class|function|const) )(?P<name>\w+)", re.MULTILINE)
_DECLARED = re.compile(r"^(?:export )?(?:async )?(?:class|function|const|let) (?:(\w+)|\{([^}]*)\})", re.MULTILINE)
_OTHER_FORM = re.compile(r"^(?:import\b(?!\s*\()|export\b).*$", re.MULTILINE)
# Comments and layout are for the repository, not for the radio. (A line of a template literal must therefore not begin
# with blanks; none does.)
_LAYOUT = re.compile(r"^[ \t]+|\n(?=[ \t]*\n)", re.MULTILINE)
# Texts and patterns stay as they are. (No template holds another one; none does.) A slash begins a pattern only where a
# value may stand.
_TEXT = r""""(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`"""
_IN_PATTERN = r"[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\]"
_PATTERN = rf"(?<=[(=,:;!&|?{{}}\[\n]) ?/(?!\*)(?:{_IN_PATTERN})+/"
_LITERAL = re.compile(f"({_TEXT}|{_PATTERN})")
_LITERAL_OR_COMMENT = re.compile(f"({_TEXT}|{_PATTERN})|[ \\t]*//.*")
_BLANKS = re.compile(r" ?([{}();,:?=<>&|!*]+) ?")
# Never where a missing semicolon would count.
_LINE_END = re.compile(r"(?<=[;,{(])\n+|\n+(?=[})])")


class UnknownForm(Exception):
    """An import or export written in a form that cannot be joined. Found at start."""


@dataclass(frozen=True, slots=True)
class Module:
    """One module: its own text without comments or imports, and its names."""

    name: str
    text: str
    imports: Mapping[str, Mapping[str, str]]
    """What it takes from which module, in order: what it is called here, by what it is called there."""
    exports: tuple[str, ...]
    declared: frozenset[str] = frozenset()
    """Names that its own text gives to something."""

    def names_beside(self, closed: Set[str]) -> set[str]:
        """The names it needs for itself in a scope that it shares, where those modules are closed."""
        renamed = {
            here
            for other, taken in self.imports.items()
            for there, here in taken.items()
            if other in closed or there != here
        }
        return {*self.declared, *renamed}


def read_module(name: str, source: str, beside: Callable[[str], str]) -> Module:
    """Take a module apart. `beside` gives the full name of a file named relative to this one."""
    imports: dict[str, dict[str, str]] = {}
    exports: list[str] = []

    def taken_in(match: re.Match[str]) -> str:
        imports.setdefault(beside(match["name"]), {}).update(_names(match["names"] or "", " as "))
        return ""

    def given_out(match: re.Match[str]) -> str:
        exports.append(match["name"])
        return f"{match['kind']}{match['name']}"

    declared = {here for match in _DECLARED.finditer(source) for here in _names(match[1] or match[2], ":").values()}
    text = _EXPORT.sub(given_out, _IMPORT.sub(taken_in, without_comments(source)))
    left = _OTHER_FORM.search(text)
    if left is not None:
        raise UnknownForm(f"{name}: cannot join {left[0]!r}; write: import {{ a }} from, export class A")
    return Module(name, text, imports, tuple(exports), frozenset(declared))


def _names(listed: str, renames: str) -> dict[str, str]:
    """What things are called here, by what they are called there."""
    pairs = (part.partition(renames) for part in listed.split(",") if part.strip())
    return {there.strip(): (here or there).strip() for there, _, here in pairs}


def joined(entry: Module, modules: Callable[[str], Module]) -> str:
    """The text of `entry` behind all it needs, each once."""
    needed: dict[str, Module] = {}

    def add(module: Module) -> None:
        for name in module.imports:
            if name not in needed:
                add(modules(name))
        needed[module.name] = module

    add(entry)
    closed = _closed(entry, needed)
    parts = [_part(module, closed) for module in needed.values()]
    # What a page imports when it needs it still gives what it exports.
    given = f"\nexport{{{','.join(entry.exports)}}};\n" if entry.exports else ""
    return _outside_texts("".join([*parts, given]), lambda part: _LINE_END.sub("", part))


def _closed(entry: Module, needed: Mapping[str, Module]) -> Set[str]:
    """The modules that cannot share the scope of the others: a name of theirs means something else there.

    Whoever takes something from a closed module needs a name for it, which may be another's: hence the repetition.
    """
    closed: set[str] = set()
    while True:
        beside = {name: module.names_beside(closed) for name, module in needed.items() if name not in closed}
        times = Counter(here for names in beside.values() for here in names)
        clashing = {
            name for name, names in beside.items() if name != entry.name and any(times[here] > 1 for here in names)
        }
        if not clashing:
            return closed
        closed |= clashing


def _part(module: Module, closed: Set[str]) -> str:
    taken = []
    for other, names in module.imports.items():
        if other in closed:
            said = ",".join(there if there == here else f"{there}:{here}" for there, here in names.items())
            taken += [f"const {{{said}}}={_variable(other)};\n"] if said else []
        else:
            taken += [f"const {here}={there};\n" for there, here in names.items() if there != here]
    text = f"{''.join(taken)}{module.text}"
    if module.name not in closed:
        return text
    return f"const {_variable(module.name)}=(()=>{{\n{text}\nreturn{{{','.join(module.exports)}}};\n}})();\n"


def without_comments(source: str) -> str:
    """The same script, lighter."""
    bare = _LAYOUT.sub("", _LITERAL_OR_COMMENT.sub(lambda match: match[1] or "", source)).lstrip("\n")
    return _outside_texts(bare, lambda part: _BLANKS.sub(r"\1", part))


def _outside_texts(script: str, change: Callable[[str], str]) -> str:
    parts = _LITERAL.split(script)
    return "".join(part if number % 2 else change(part) for number, part in enumerate(parts))


def _variable(name: str) -> str:
    return "$" + re.sub(r"\W", "_", name.removesuffix(".js"))
