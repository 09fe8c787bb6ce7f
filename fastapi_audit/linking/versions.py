"""Which distributions a service asks for, and which versions it uses."""

from __future__ import annotations

from collections.abc import Iterable

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import Version

from fastapi_audit.facts.dependencies import Lock, Manifest
from fastapi_audit.facts.evidence import EvidenceFacts
from fastapi_audit.model.versions import is_since

# FastAPI's release notes.
INCLUDES_LIVE_FROM = Version("0.137")  # routers are included by reference
GUARDS_WEBSOCKETS_FROM = Version("0.97")  # dependencies of applications, routers and routes hold for websockets
TAKES_PYDANTIC_2_FROM = Version("0.100")
PYDANTIC_1 = "1.10"  # the last series
VERSIONS_1 = tuple(f"1.{minor}.{patch}" for minor in range(11) for patch in range(27))
VERSIONS_2 = tuple(f"2.{minor}" for minor in range(100))


def versions_used(evidence: Iterable[EvidenceFacts]) -> dict[str, str]:
    """Return the version of each distribution: from lock files, else where a manifest allows just one."""
    found: dict[str, str] = {}
    facts = list(evidence)
    for lock in facts:
        if isinstance(lock, Lock):
            for locked in lock.versions:
                found.setdefault(locked.name, locked.version)
    for manifest in facts:
        if isinstance(manifest, Manifest):
            for requirement in manifest.requirements:
                if requirement.pinned is not None:
                    found.setdefault(requirement.name, requirement.pinned)
    if _is_held_at_pydantic_1(found.get("fastapi"), facts):
        found.setdefault("pydantic", PYDANTIC_1)
    return found


def _is_held_at_pydantic_1(fastapi: str | None, facts: Iterable[EvidenceFacts]) -> bool:
    """Say whether the version of FastAPI, or a range that a manifest gives, leaves no version 2 of Pydantic."""
    manifests = (manifest for manifest in facts if isinstance(manifest, Manifest))
    ranges = [one.specifier for manifest in manifests for one in manifest.requirements if one.name == "pydantic"]
    return not is_since(fastapi, TAKES_PYDANTIC_2_FROM) or any(_is_of_pydantic_1(text) for text in ranges)


def _is_of_pydantic_1(specifier: str) -> bool:
    try:
        allowed = SpecifierSet(specifier, prereleases=True)
    except InvalidSpecifier:
        return False
    return any(map(allowed.contains, VERSIONS_1)) and not any(map(allowed.contains, VERSIONS_2))


def distributions_asked_for(evidence: Iterable[EvidenceFacts]) -> frozenset[str]:
    """Return the names of all distributions that manifests ask for, development groups left out."""
    return frozenset(
        requirement.name
        for manifest in evidence
        if isinstance(manifest, Manifest)
        for requirement in manifest.requirements
        if not requirement.is_development and not manifest.is_constraints
    )
