"""One requirement, from the notations of PEP 508, Poetry, Pipenv and conda to `Requirement`."""

import re
from collections.abc import Sequence

from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as Pep508Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name

from fastapi_audit.facts.dependencies import Requirement

_MAX_LENGTH = 1000
_NAME = re.compile(r"([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(?:\[([^\]]*)\])?", re.ASCII)
_EGG = re.compile(r"[#&]egg=([A-Za-z0-9][\w.-]*)", re.ASCII)
_CARET_OR_TILDE = re.compile(r"(\^|~(?!=))\s*(\d{1,9}(?:\.\d{1,9}){0,5})([^\s,]*)", re.ASCII)
_PLAIN_VERSION = re.compile(r"[vV]?\d[\w.*+!-]*", re.ASCII)
_DEVELOPMENT = frozenset(
    [
        "dev",
        "develop",
        "development",
        "test",
        "tests",
        "testing",
        "lint",
        "linting",
        "linters",
        "format",
        "typing",
        "types",
        "docs",
        "doc",
        "documentation",
        "qa",
        "ci",
        "local",
        "bench",
        "benchmark",
    ]
)


def requirement_of_pep508(text: str, pos: int, group: str = "", *, is_development: bool = False) -> Requirement | None:
    """Read `name[extra]>=1; marker` or `name @ url`; None for what names no distribution."""
    text = text.strip()
    try:
        parsed = Pep508Requirement(text[:_MAX_LENGTH])
    except (InvalidRequirement, RecursionError):
        return _requirement_by_name(text, pos, group, is_development)
    specifier = str(parsed.specifier)
    return Requirement(
        pos=pos,
        name=canonicalize_name(parsed.name),
        specifier=specifier,
        pinned=pinned_version(specifier),
        group=group,
        is_development=is_development,
        extras=tuple(sorted(parsed.extras)),
        marker=str(parsed.marker) if parsed.marker else "",
        url=parsed.url or "",
    )


def requirement_of_constraint(
    name: str, constraint: str, pos: int, group: str = "", *, is_development: bool = False, extras: Sequence[str] = ()
) -> Requirement:
    """Combine a name and a constraint in the notation of Poetry or Pipenv."""
    specifier = specifier_of_constraint(constraint)
    return Requirement(
        pos=pos,
        name=normalised(name),
        specifier=specifier,
        pinned=pinned_version(specifier),
        group=group,
        is_development=is_development,
        extras=tuple(sorted(extras)),
    )


def specifier_of_constraint(constraint: str) -> str:
    """Write a constraint in the terms of PEP 440; an empty one when it cannot be written so."""
    if "|" in constraint or len(constraint) > _MAX_LENGTH:
        return ""
    written = _CARET_OR_TILDE.sub(_range, constraint.strip())
    parts = [part.strip() for part in re.split(r",|(?<=[\w*])\s+(?=[<>=!~\d])", written)]
    parts = [f"=={part}" if _PLAIN_VERSION.fullmatch(part) else part for part in parts if part and part != "*"]
    return checked_specifier(",".join(parts))


def checked_specifier(text: str) -> str:
    """Return a specifier in normal form; an empty one when it is not valid."""
    try:
        return str(SpecifierSet(text))
    except InvalidSpecifier:
        return ""


def pinned_version(specifier: str) -> str | None:
    """Return the version of a specifier that allows just one."""
    version = specifier.removeprefix("==").removeprefix("=").strip()
    is_single = specifier.startswith("==") and "," not in version and "*" not in version
    return version if is_single else None


def normalised(name: str) -> str:
    """Return a distribution's name as PEP 503 compares it."""
    return str(canonicalize_name(name.strip()))


def is_development_group(name: str) -> bool:
    """Say whether an extra, or the rest of a file's name, is for those who work on the project."""
    return not _DEVELOPMENT.isdisjoint(re.split(r"[-_.]", name.lower()))


def _requirement_by_name(text: str, pos: int, group: str, is_development: bool) -> Requirement | None:
    """Keep at least the name of what PEP 508 does not allow; the specifier stays empty."""
    egg = _EGG.search(text[:_MAX_LENGTH])
    match = egg or (None if "/" in text.partition(" ")[0] else _NAME.match(text))
    if not match:
        return None
    url = text[:_MAX_LENGTH] if egg else ""
    return Requirement(pos, normalised(match[1]), group=group, is_development=is_development, url=url)


def _range(match: re.Match[str]) -> str:
    """Return the range of `^1.2.3` (up to the next change of its first part that is not 0) or `~1.2.3`."""
    operator, version, suffix = match.groups()
    numbers = [int(part) for part in version.split(".")]
    if operator == "^":
        kept = next((index for index, number in enumerate(numbers) if number), len(numbers) - 1)
    else:
        kept = min(1, len(numbers) - 1)
    upper = ".".join(map(str, [*numbers[:kept], numbers[kept] + 1]))
    return f">={version}{suffix.removesuffix('.*')},<{upper}"
