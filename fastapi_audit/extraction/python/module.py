"""The bytes of one Python file → `ModuleFacts`."""

from __future__ import annotations

import libcst as cst

from fastapi_audit.extraction.python.comments import tool_comments
from fastapi_audit.extraction.python.context import Context
from fastapi_audit.extraction.python.definitions import split_docstring
from fastapi_audit.extraction.python.parsing import parse
from fastapi_audit.extraction.python.positions import Positions
from fastapi_audit.extraction.python.statements import convert_block
from fastapi_audit.facts import syntax


class Unparsable(Exception):
    """The file is no Python that can be read; `line` is 0 when the place is unknown."""

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


def extract_module(source: bytes) -> syntax.ModuleFacts:
    """Parse one file and return its facts.

    Raises `Unparsable`. To be called with a deep stack; on nesting that `guard.is_risky` recognises, the native parser
    exhausts even that, and the file must be read in a process of its own.
    """
    if b"\0" in source:
        raise Unparsable("the file holds NUL bytes", source.count(b"\n", 0, source.index(b"\0")) + 1)
    try:
        module = parse(source)
        return _facts(module, source.decode(module.encoding).removeprefix("\ufeff"))
    except cst.ParserSyntaxError as error:
        raise Unparsable(f"syntax error: {_one_line(error.message)}", error.raw_line) from None
    except cst.CSTValidationError as error:  # a `SyntaxError`, as that of an unknown encoding is
        raise Unparsable(f"syntax error: {_one_line(str(error))}") from None
    except (UnicodeDecodeError, LookupError, SyntaxError) as error:
        raise Unparsable(f"the text cannot be decoded: {_one_line(str(error))}") from None
    except RecursionError:
        raise Unparsable("the code is nested too deeply") from None


def _facts(module: cst.Module, text: str) -> syntax.ModuleFacts:
    at = Positions(module, text)
    context = Context(at)
    docstring, statements = split_docstring(convert_block(module.body, context))
    return syntax.ModuleFacts(
        at.lines,
        docstring,
        statements,
        tool_comments(at.comments, at),
        tuple(context.imports),
        tuple(sorted(context.declared_global)),
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())[:200]
