"""HTML without the indentation of its templates: it crosses slow links every morning, and a device keeps it. Pure.

`scanner_ui.views` calls it for every page it draws. No page has text in which line breaks count, and elements
that stand on lines of their own are laid out in rows and columns, where blanks between them do not count either.
"""

import re

_INDENTATION = re.compile(r"\s*\n\s*")
_BETWEEN = re.compile(r"(?<=>)\n(?=<)")


def lean(html: str) -> str:
    """The same page in fewer bytes."""
    return _BETWEEN.sub("", _INDENTATION.sub("\n", html))
