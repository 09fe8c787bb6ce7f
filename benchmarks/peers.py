"""The tools that teams run on the same trees. Those that are not installed in the given directory are left out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

FOUND = range(2)  # their exit status says whether they found something; another one, that they could not run
PYLINT_FOUND = range(32)  # a bit for each kind of message; 32 is wrong usage

OFFLINE = ("--metrics=off", "--disable-version-check")
SEMGREP_RULE = """rules:
- {id: eval, languages: [python], severity: ERROR, message: eval, pattern: eval(...)}
- {id: shell, languages: [python], severity: ERROR, message: shell, pattern: "subprocess.run(..., shell=True)"}
"""


def peers_in(programs: Path, tree: Path, scratch: Path) -> Iterator[tuple[str, list[str | Path], range]]:
    """Yield each peer whose program lies in a directory: its name, its command, and what it exits with."""
    rules = scratch / "rules.yml"
    rules.write_text(SEMGREP_RULE)
    pylint = ["--disable=all", "--enable=async,bad-open-mode,exec-used,eval-used", "--recursive=y", "-j2"]
    commands: dict[str, list[str | Path]] = {
        "bandit": ["bandit", "-q", "-r", tree],
        "pylint": ["pylint", *pylint, tree],
        "fixit": ["fixit", "--quiet", "lint", tree],
        "fastapi-therapist": ["fastapi-therapist", tree],
        "ruff": ["ruff", "check", "--no-cache", "--isolated", "--quiet", "--select", "S,ASYNC,FAST", tree],
        "semgrep": ["semgrep", "scan", *OFFLINE, "-q", "-j2", "--config", rules, tree],
    }
    for name, (program, *arguments) in commands.items():
        if (programs / program).exists():
            yield name, [programs / program, *arguments], PYLINT_FOUND if name == "pylint" else FOUND
