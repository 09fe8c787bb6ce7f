"""The configuration of nginx, Caddy and HAProxy as directives inside one another; variables stay as written."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from fastapi_audit.extraction.evidence.text import UnreadableError, cut, line_start, lines_of, text_of
from fastapi_audit.facts.proxies import Directive, Proxy

MAX_DIRECTIVES = 20_000
MAX_DEPTH = 100
# A word of nginx may hold `${variables}` and the placeholders of a template engine: `{{ name }}`.
_NGINX = re.compile(
    r"(?P<comment>#[^\n]*|\{%.*?%\})|(?P<line>\n)|(?P<mark>[;{}](?!\{))"
    r"|(?P<word>\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|(?:\$\{[^{}\n]*\}|\{\{[^{}\n]*\}\}|\\.|[^\s;{}\"'])+)",
    re.DOTALL,
)
_WORD = re.compile(r"\"(?:\\.|[^\"\\])*\"|`[^`]*`|[^\s\"`]\S*|\S")
_SECTIONS = frozenset({
    "global", "defaults", "frontend", "backend", "listen", "userlist", "peers", "resolvers", "mailers", "cache",
    "program", "http-errors", "ring",
})  # fmt: skip


@dataclass(slots=True)
class _Tree:
    """Directives as they are met, and the blocks that are open."""

    directives: list[Directive] = field(default_factory=list)
    open: list[int] = field(default_factory=list)

    def add(self, line: int, words: list[str]) -> None:
        """Add a directive to the block that is open."""
        if len(self.directives) >= MAX_DIRECTIVES:
            raise UnreadableError(f"more than {MAX_DIRECTIVES} directives")
        name, *arguments = (cut(_unquoted(word)) for word in words)
        parent = self.open[-1] if self.open else -1
        self.directives.append(Directive(line_start(line), name, tuple(arguments), parent))

    def enter(self) -> None:
        """Open the block whose head was added last."""
        if len(self.open) >= MAX_DEPTH:
            raise UnreadableError(f"blocks more than {MAX_DEPTH} deep")
        self.open.append(len(self.directives) - 1)

    def leave(self, line: int) -> None:
        """Close the innermost block."""
        if not self.open:
            raise UnreadableError(f"line {line} closes a block that was not opened")
        self.open.pop()

    def finished(self, server: str) -> Proxy:
        """Return what was read; every block must have been closed."""
        if self.open:
            raise UnreadableError("a block is never closed")
        return Proxy(server, tuple(self.directives))


def read_nginx(content: bytes) -> Proxy:
    """Read a configuration of nginx, or a part of one that another file includes."""
    tree, words, line, start = _Tree(), list[str](), 1, 1
    for match in _NGINX.finditer(text_of(content)):
        text = match[0]
        if match.lastgroup == "word":
            start = start if words else line
            words.append(text)
        elif match.lastgroup == "mark":
            if words and text != "}":
                tree.add(start, words)
            elif text == "{":
                tree.add(line, [""])
            if text == "{":
                tree.enter()
            elif text == "}":
                tree.leave(line)
            words = []
        line += text.count("\n")
    if words:
        raise UnreadableError(f"the directive of line {start} does not end")
    return tree.finished("nginx")


def read_caddyfile(content: bytes) -> Proxy:
    """Read a Caddyfile. Without a block its first line is the address, and the block of what follows."""
    tree = _Tree()
    logical = list(_caddy_lines(lines_of(text_of(content))))
    if logical and not any(words[-1] == "{" for _, words in logical):
        (number, address), *rest = logical
        tree.add(number, address)
        tree.enter()
        for number, words in rest:
            tree.add(number, words)
        tree.open.clear()
        return tree.finished("caddy")
    for number, words in logical:
        if words == ["}"]:
            tree.leave(number)
            continue
        opens = words[-1] == "{"
        tree.add(number, (words[:-1] or [""]) if opens else words)
        if opens:
            tree.enter()
    return tree.finished("caddy")


def _caddy_lines(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield the words of each line, with those of the lines that continue it."""
    words: list[str] = []
    start = 0
    for number, line in enumerate(lines, start=1):
        stripped = line.strip()
        continues = stripped.endswith("\\")
        found = _without_comment(_WORD.findall(stripped.removesuffix("\\")))
        start = start if words else number
        words += found
        if words and not continues:
            yield start, words
            words = []
    if words:
        yield start, words


def read_haproxy(content: bytes) -> Proxy:
    """Read a configuration of HAProxy; what stands before the first section is left out."""
    tree = _Tree()
    for number, line in enumerate(lines_of(text_of(content)), start=1):
        words = _without_comment(_WORD.findall(line.strip()))
        if not words:
            continue
        if words[0] in _SECTIONS:
            tree.open.clear()
            tree.add(number, words)
            tree.enter()
        elif tree.open:
            tree.add(number, words)
    tree.open.clear()
    return tree.finished("haproxy")


def _without_comment(words: list[str]) -> list[str]:
    end = next((number for number, word in enumerate(words) if word.startswith("#")), len(words))
    return words[:end]


def _unquoted(word: str) -> str:
    return word[1:-1] if len(word) > 1 and word[0] == word[-1] and word[0] in "\"'`" else word
