"""The decorator that makes a function a rule, and what it keeps: the claim, its subjects, where it is true."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, get_type_hints

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from fastapi_audit.audit.verdict import Priority, Severity, Verdict
from fastapi_audit.errors import RulePackError

CODE = re.compile(r"[A-Z]{3}\d{3}")

Answer: TypeAlias = Verdict | Iterable[Verdict]
Check = Callable[..., Answer]


@dataclass(frozen=True, slots=True)
class RuleDefinition:
    """What one rule file defines. `requires` maps a distribution to the versions in which the rule is true."""

    code: str
    severity: Severity
    priority: Priority | None
    is_preview: bool
    requires: Mapping[str, SpecifierSet]
    check: Check
    subject: type
    takes_project: bool

    @property
    def module(self) -> str:
        """The module that defines the rule."""
        return self.check.__module__

    @property
    def origin(self) -> str:
        """File and line of the check, for error messages."""
        return origin_of(self.check)


def rule(
    code: str,
    *,
    severity: Severity,
    priority: Priority | None = None,
    preview: bool = False,
    requires: Mapping[str, str] | None = None,
) -> Callable[[Check], RuleDefinition]:
    """Make a function a rule: its first parameter's type is its subjects, an optional second one is the project.

    Raises `RulePackError`, with file and line, when the function or an argument is badly formed.
    """

    def define(check: Check) -> RuleDefinition:
        if not CODE.fullmatch(code):
            raise RulePackError(f"{origin_of(check)}: `{code}` is no rule code; write three capitals and three digits")
        ranges = {name: _versions(check, text) for name, text in sorted((requires or {}).items())}
        subject, takes_project = _subject(check)
        return RuleDefinition(code, severity, priority, preview, ranges, check, subject, takes_project)

    return define


def origin_of(check: Callable[..., Any]) -> str:
    """Return `file:line` of a function."""
    return f"{check.__code__.co_filename}:{check.__code__.co_firstlineno}"


def _versions(check: Check, text: str) -> SpecifierSet:
    try:
        return SpecifierSet(text, prereleases=True)
    except InvalidSpecifier as error:
        raise RulePackError(f"{origin_of(check)}: `{text}` is no version range; write something like `>=2`") from error


def _subject(check: Check) -> tuple[type, bool]:
    parameters = list(inspect.signature(check).parameters)
    if len(parameters) not in (1, 2):
        raise RulePackError(f"{origin_of(check)}: a rule takes a subject and, if it wants it, the project")
    try:
        subject = get_type_hints(check).get(parameters[0])
    except NameError as error:
        raise RulePackError(f"{origin_of(check)}: an annotation does not resolve: {error}") from error
    if not isinstance(subject, type):
        raise RulePackError(f"{origin_of(check)}: annotate `{parameters[0]}` with the class of its subjects")
    return subject, len(parameters) == 2
