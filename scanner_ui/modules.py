"""Joins JavaScript modules into one file, so that a page comes in one request over a slow radio.

Called by `scanner_ui.assets` at start; there is no build step and nothing to keep in step by hand. Each module keeps a
scope of its own. Only the forms of import and export that our modules use are understood; any other stops the start.

Invariant: what the joined file does is what the modules do, each evaluated once, after those it imports.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

_IMPORT = re.compile(r'^import\s*(?:\{(?P<names>[^}]*)\}\s*from\s*)?"\./(?P<name>[\w./-]+)";\n?', re.MULTILINE)
_EXPORT = re.compile(r"^export (?P<kind>(?:async )?(?:class|function|const) )(?P<name>\w+)", re.MULTILINE)
_OTHER_FORM = re.compile(r"^(?:import\b(?!\s*\()|export\b).*$", re.MULTILINE)
# Comments and layout are for the repository, not for the radio. (A line of a template literal must therefore not begin
# with blanks or two slashes; none does.) A comment behind code is known by what stands before it.
_COMMENT_LINE = re.compile(r"^[ \t]*//.*$", re.MULTILINE)
_COMMENT_BEHIND = re.compile(r"(?<=[;,{})\]]) // [^\"'`\n]*$", re.MULTILINE)
_LAYOUT = re.compile(r"^[ \t]+|\n(?=[ \t]*\n)", re.MULTILINE)
# Texts and patterns stay as they are. (No template holds another one; none does.) A slash begins a pattern only where a
# value may stand.
_TEXT = r""""(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`"""
_IN_PATTERN = r"[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\]"
_PATTERN = rf"(?<=[(=,:;!&|?{{}}\[\n]) ?/(?!\*)(?:{_IN_PATTERN})+/"
_LITERAL = re.compile(f"({_TEXT}|{_PATTERN})")
_BLANKS = re.compile(r" ?([{}();,:?=<>&|!*]+) ?")


class UnknownForm(Exception):
    """An import or export written in a form that cannot be joined. Found at start."""


@dataclass(frozen=True, slots=True)
class Module:
    """One module: its own text without comments, the modules it imports, in order, and what it exports."""

    name: str
    text: str
    imports: tuple[str, ...]
    exports: tuple[str, ...]


def read_module(name: str, source: str, beside: Callable[[str], str]) -> Module:
    """Take a module apart. `beside` gives the full name of a file named relative to this one."""
    imports: list[str] = []
    exports: list[str] = []

    def taken_in(match: re.Match[str]) -> str:
        other = beside(match["name"])
        imports.append(other)
        if match["names"] is None:
            return ""
        names = ",".join(part.strip().replace(" as ", ":") for part in match["names"].split(",") if part.strip())
        return f"const {{{names}}}={_variable(other)};\n"

    def given_out(match: re.Match[str]) -> str:
        exports.append(match["name"])
        return f"{match['kind']}{match['name']}"

    text = _EXPORT.sub(given_out, _IMPORT.sub(taken_in, without_comments(source)))
    left = _OTHER_FORM.search(text)
    if left is not None:
        raise UnknownForm(f"{name}: cannot join {left[0]!r}; write: import {{ a }} from, export class A")
    return Module(name, text, tuple(imports), tuple(exports))


def joined(entry: Module, modules: Callable[[str], Module]) -> str:
    """The text of `entry` behind all it needs, each once."""
    done: dict[str, str] = {}

    def add(module: Module) -> None:
        for name in module.imports:
            if name not in done:
                add(modules(name))
        given = ",".join(module.exports)
        scope = f"const {_variable(module.name)}=(()=>{{\n{module.text}\nreturn{{{given}}};\n}})();\n"
        # What a page imports when it needs it still gives what it exports.
        alone = module.text + (f"\nexport{{{given}}};\n" if given else "")
        done[module.name] = alone if module is entry else scope

    add(entry)
    return "".join(done.values())


def without_comments(source: str) -> str:
    """The same script, lighter."""
    bare = _LAYOUT.sub("", _COMMENT_BEHIND.sub("", _COMMENT_LINE.sub("", source))).lstrip("\n")
    parts = _LITERAL.split(bare)
    return "".join(part if number % 2 else _BLANKS.sub(r"\1", part) for number, part in enumerate(parts))


def _variable(name: str) -> str:
    return "$" + re.sub(r"\W", "_", name.removesuffix(".js"))
