"""Text of the audited repository made harmless to look at: what a terminal or a browser would obey becomes visible.

Control characters, line breaks, invisible and direction-changing characters and lone surrogates are written as the
escapes of a Python string; a tab becomes four spaces. Escaping for HTML is not done here: the templates do that.
"""

TAB = " " * 4


def visible(text: str) -> str:
    """Return one line that shows every character and obeys none."""
    text = text.replace("\t", TAB)
    return text if text.isprintable() else "".join(map(_shown, text))


def visible_lines(text: str) -> str:
    """Return a text of several lines with the same promise for each of them."""
    return "\n".join(map(visible, text.split("\n")))


def _shown(character: str) -> str:
    return character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
