"""Source code and the documentation of rules as safe HTML: coloured by Pygments, laid out by markdown-it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import PurePosixPath

from markdown_it import MarkdownIt
from markupsafe import Markup, escape
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from fastapi_audit.model.place import Place
from fastapi_audit.reporting.grouping import code_frame
from fastapi_audit.reporting.visible import visible, visible_lines

LANGUAGES = {".py": "python", ".toml": "toml", ".yml": "yaml", ".yaml": "yaml", ".dockerfile": "docker"}
LANGUAGE_OF_NAME = {"dockerfile": "docker"}
FORMATTER = HtmlFormatter(nowrap=True, classprefix="c-")


def frame_html(sources: Mapping[str, Mapping[int, str]], place: Place | None) -> Markup:
    """Return the lines around a place, numbered and coloured, or nothing where the audit carries no source."""
    frame = code_frame(sources, place)
    if place is None or not frame:
        return Markup()
    coloured = _colour("\n".join(visible(line.text) for line in frame), _language(place.path)).split("\n")
    lines = (
        Markup('<span class="line{}"><span class="number">{}</span>{}</span>').format(
            " hit" if line.is_hit else "", line.number, Markup(html)
        )
        for line, html in zip(frame, coloured, strict=False)
    )
    return Markup('<pre class="frame"><code>{}</code></pre>').format(Markup("\n").join(lines))


def markdown_html(text: str) -> Markup:
    """Return the documentation of a rule; HTML inside it is shown as text, images are left out."""
    return Markup(_markdown().render(visible_lines(text)))


def inline_html(text: str) -> Markup:
    """Return one line of a rule's documentation, its code marked; HTML inside it is shown as text."""
    return Markup(_markdown().renderInline(visible_lines(text)))


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "highlight": _highlighted_fence}).disable("image")


def _highlighted_fence(code: str, language: str, _attributes: str) -> str:
    return f'<pre class="sample"><code>{_colour(code, language)}</code></pre>'


def _colour(code: str, language: str) -> str:
    lexer = _lexer(language)
    if lexer is None:
        return str(escape(code))
    return highlight(code, lexer, FORMATTER)


@cache
def _lexer(language: str) -> Lexer | None:
    try:
        return get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        return None


def _language(path: str) -> str:
    name = PurePosixPath(path.lower())
    return LANGUAGES.get(name.suffix) or LANGUAGE_OF_NAME.get(name.stem, "text")
