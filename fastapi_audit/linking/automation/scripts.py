"""The word that calls a script → which script of the repository it is, and where it is called."""

from __future__ import annotations

from collections.abc import Mapping
from posixpath import normpath

from fastapi_audit.facts.automation import Script
from fastapi_audit.facts.evidence import EvidenceFacts
from fastapi_audit.linking.automation.way import Way, joined
from fastapi_audit.model.place import is_around

ENDINGS = (".sh", ".bash")


class Scripts:
    """Knows the scripts of a service whose directory is `root`: `texts` by their paths."""

    def __init__(self, evidence: Mapping[str, EvidenceFacts], root: str) -> None:
        self._root = root
        self.texts = {path: facts.text for path, facts in evidence.items() if isinstance(facts, Script) and facts.text}

    def called(self, word: str, way: Way) -> tuple[str, str | None] | None:
        """Return the path of a script of the repository, and the directory in which it is called, if that is known."""
        path = normpath(word.partition("/")[2] if word.startswith("$") else word)
        for directory in dict.fromkeys((way.directory, self._root, "")):
            known = joined(directory, path) if directory is not None else ""
            if known in self.texts and known not in way.followed:
                return known, directory
        ends = [known for known in self.texts if known.endswith(f"/{path}")] if "/" in word or "." in word else []
        if len(ends) == 1:
            return ends[0], ends[0].removesuffix(path).rstrip("/")
        return self._copied(path, way.directory or "") if path.endswith(ENDINGS) else None

    def _copied(self, path: str, directory: str) -> tuple[str, str | None] | None:
        """Return the script that a path inside of a container is likely a copy of: of the same name, and the only one
        whose directories are called so too, as far as that tells them apart.
        """
        parts = path.strip("/").split("/")
        for number in range(len(parts)):
            tail = "/".join(parts[number:])
            found = [known for known in self.texts if known == tail or known.endswith(f"/{tail}")]
            around = [known for known in found if is_around(directory, known)] if directory else []
            chosen = found if len(found) == 1 else around
            if found:
                return (chosen[0], directory) if len(chosen) == 1 else None
        return None
