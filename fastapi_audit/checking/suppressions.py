"""What takes findings out: comments in the code (`# fastapi-audit: ignore[SEC001] reason`) and per-path ignores."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pathspec import GitIgnoreSpec

from fastapi_audit.audit.finding import Finding, RuleResult, Suppressed
from fastapi_audit.facts.syntax import Comment
from fastapi_audit.model.place import Place, place_at

_SPEAKS_TO_US = re.compile(r"#\s*fastapi-audit:")
_COMMENT = re.compile(r"#\s*fastapi-audit:\s*(?P<scope>ignore|ignore-file)\s*\[(?P<codes>[^\]]*)\]\s*(?P<reason>.*)")


@dataclass(frozen=True, slots=True)
class Suppression:
    """Rules taken out on some lines of the matching paths (`lines` empty: the whole file).

    `code` is a rule code or the beginning of several. `place` is the comment, None for the configuration. Without a
    reason the finding still counts.
    """

    code: str
    reason: str
    place: Place | None
    paths: GitIgnoreSpec | str
    lines: tuple[int, ...] = ()

    def covers(self, finding: Finding) -> bool:
        """Whether this takes out a finding."""
        if finding.place is None or not finding.rule.code.startswith(self.code):
            return False
        if self.lines and finding.place.line not in self.lines:
            return False
        if isinstance(self.paths, str):
            return finding.place.path == self.paths
        return self.paths.match_file(finding.place.path)

    def took_out(self, item: Suppressed) -> bool:
        """Whether this is what took a finding out."""
        is_own = item.place == self.place and item.reason == self.reason
        return is_own and item.finding.rule.code.startswith(self.code)

    def __str__(self) -> str:
        return f"{self.place}: the suppression of {self.code}" if self.place else f"{self.reason} for {self.code}"


def read_comments(comments: Mapping[str, Sequence[Comment]]) -> tuple[Suppression, ...]:
    """Return the suppressions that comments make, in the order of their places."""
    return tuple(
        suppression
        for path, found in sorted(comments.items())
        for comment in found
        if (said := _COMMENT.search(comment.text))
        for suppression in _of_comment(path, comment, said)
    )


def _of_comment(path: str, comment: Comment, said: re.Match[str]) -> Iterator[Suppression]:
    place = place_at(path, comment.pos)
    lines: tuple[int, ...] = ()
    if said["scope"] == "ignore":
        lines = (place.line, place.line + 1) if comment.is_alone else (place.line,)
    for code in _codes(said):
        yield Suppression(code, said["reason"].strip(), place, path, lines)


def _codes(said: re.Match[str]) -> tuple[str, ...]:
    return tuple(code for part in said["codes"].split(",") if (code := part.strip()))


def read_ignores(ignores: Mapping[str, Sequence[str]]) -> tuple[Suppression, ...]:
    """Return the suppressions of `per-path-ignores`: patterns as in `.gitignore`, each with its rule codes."""
    return tuple(
        Suppression(code, f"per-path-ignores `{pattern}`", None, GitIgnoreSpec.from_lines([pattern]))
        for pattern, codes in sorted(ignores.items())
        for code in codes
    )


def suppress(finding: Finding, suppressions: Iterable[Suppression]) -> Suppressed | None:
    """Return the finding with the first suppression that covers it, if one does."""
    covering = next((suppression for suppression in suppressions if suppression.covers(finding)), None)
    return Suppressed(finding, covering.reason, covering.place) if covering else None


def suppression_notes(
    comments: Mapping[str, Sequence[Comment]],
    suppressions: Sequence[Suppression],
    results: Iterable[RuleResult],
    known: Collection[str],
) -> tuple[str, ...]:
    """Say which comments cannot be read, which codes do not exist and which suppressions suppress nothing."""
    suppressed = [item for result in results for item in result.suppressed]
    notes = [
        f"{place_at(path, comment.pos)}: write `# fastapi-audit: ignore[CODE] reason`"
        for path, found in sorted(comments.items())
        for comment in found
        if _SPEAKS_TO_US.search(comment.text) and not ((said := _COMMENT.search(comment.text)) and _codes(said))
    ]
    for suppression in suppressions:
        if not any(code.startswith(suppression.code) for code in known):
            notes.append(f"{suppression}: there is no such rule")
        elif not any(suppression.took_out(item) for item in suppressed):
            notes.append(f"{suppression} suppresses nothing")
    return tuple(notes)
