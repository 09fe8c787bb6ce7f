"""Which distributions a service asks for, and which versions it uses."""

from __future__ import annotations

from collections.abc import Iterable

from packaging.version import InvalidVersion, Version

from fastapi_audit.facts.dependencies import Lock, Manifest
from fastapi_audit.facts.evidence import EvidenceFacts

INCLUDES_LIVE_FROM = Version("0.137")  # FastAPI's release notes: routers are included by reference from here on


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
    return found


def distributions_asked_for(evidence: Iterable[EvidenceFacts]) -> frozenset[str]:
    """Return the names of all distributions that manifests ask for, development groups left out."""
    return frozenset(
        requirement.name
        for manifest in evidence
        if isinstance(manifest, Manifest)
        for requirement in manifest.requirements
        if not requirement.is_development
    )


def includes_live(fastapi: str | None) -> bool:
    """Say whether this FastAPI serves routes that are added to a router after its inclusion; when unknown, yes."""
    if fastapi is None:
        return True
    try:
        return Version(fastapi) >= INCLUDES_LIVE_FROM
    except InvalidVersion:
        return True
