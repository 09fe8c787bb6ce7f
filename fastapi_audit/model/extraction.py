"""What extraction hands to linking: the facts of every file that could be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from fastapi_audit.facts.evidence import EvidenceFacts
from fastapi_audit.facts.syntax import ModuleFacts
from fastapi_audit.model.repository import FileProblem


@dataclass(frozen=True, slots=True)
class Extraction:
    """Facts by path, in the order of the repository's files; `problems` say what is missing and why, `seconds` how long
    the extraction of each file took (0 for what was known).
    """

    modules: Mapping[str, ModuleFacts]
    evidence: Mapping[str, EvidenceFacts]
    problems: tuple[FileProblem, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict, compare=False)
