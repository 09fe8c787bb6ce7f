"""The tools that teams run on the same trees. Those that are not installed in the given directory are left out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

ANY = range(256)  # they say with their exit status that they found something

OFFLINE = ("--metrics=off", "--disable-version-check")
SEMGREP_RULE = """rules:
- {id: eval, languages: [python], severity: ERROR, message: eval, pattern: eval(...)}
- {id: shell, languages: [python], severity: ERROR, message: shell, pattern: "subprocess.run(..., shell=True)"}
"""


def peers_in(programs: Path, tree: Path, scratch: Path) -> Iterator[tuple[str, list[str | Path]]]:
    """Yield the name and the command of each peer whose program lies in a directory."""
    rules = scratch / "rules.yml"
    rules.write_text(SEMGREP_RULE)
    pylint = ["--disable=all", "--enable=async,bad-open-mode,exec-used,eval-used", "--recursive=y", "-j2"]
    commands: dict[str, list[str | Path]] = {
        "bandit": ["bandit", "-q", "-r", tree],
        "pylint": ["pylint", *pylint, tree],
        "fixit": ["fixit", "-q", "lint", tree],
        "fastapi-therapist": ["fastapi-therapist", tree],
        "ruff": ["ruff", "check", "--no-cache", "--isolated", "--quiet", "--select", "S,ASYNC,FAST", tree],
        "semgrep": ["semgrep", "scan", *OFFLINE, "-q", "-j2", "--config", rules, tree],
    }
    for name, (program, *arguments) in commands.items():
        if (programs / program).exists():
            yield name, [programs / program, *arguments]
