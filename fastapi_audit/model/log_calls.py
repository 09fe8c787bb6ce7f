"""Calls that write a record to the log."""

from __future__ import annotations

from fastapi_audit.facts import syntax
from fastapi_audit.model.code import Call, Site


class LogCall(Site, frozen=True, eq=False):
    """One call of a logger. `library` formats the record: "logging", "structlog" or "loguru". `level` is "debug",
    "info", "error" …, "exception" for the method that adds the traceback, None where it is not known. `message` is the
    text, or the event, as written; None where there is none.
    """

    call: Call
    library: str
    level: str | None
    message: syntax.Expr | None

    def __str__(self) -> str:
        return f"log at {self.level or 'an unknown level'}"
