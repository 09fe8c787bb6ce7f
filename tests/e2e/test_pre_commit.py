"""The hook works under the real pre-commit, which installs this repository into an environment of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HOOK = ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml", "fastapi_audit", "rules")
SERVICE = '''"""A service."""

from fastapi import FastAPI

app = FastAPI()


@app.post("/items")
async def create_item(item: dict):
    return item
'''


def git_repository(directory: Path) -> Path:
    """Commit everything in a directory to a new repository."""
    for command in (
        ["init", "--quiet"],
        ["add", "--all"],
        ["-c", "user.name=Test", "-c", "user.email=test@example.org", "commit", "--quiet", "--message", "All"],
    ):
        subprocess.run(["git", *command], cwd=directory, env=environment(directory), check=True)
    return directory


def environment(home: Path) -> dict[str, str]:
    """Return our environment without the git settings of this machine and of a hook that may be running us."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    settings, cache = home.with_name("empty.gitconfig"), home.with_name("pre-commit-home")
    settings.touch()
    own = {"GIT_CONFIG_GLOBAL": str(settings), "GIT_CONFIG_NOSYSTEM": "1", "PRE_COMMIT_HOME": str(cache)}
    return {**inherited, **own}


@pytest.fixture(scope="module")
def hook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository that offers the hook: this one, as it stands."""
    directory = tmp_path_factory.mktemp("hook") / "fastapi-audit"
    directory.mkdir()
    for name in HOOK:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, directory / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, directory / name)
    return git_repository(directory)


@pytest.mark.parametrize(("min_score", "status"), [(0, 0), (100, 1)])
def test_the_hook_passes_and_fails_with_the_score(hook: Path, tmp_path: Path, min_score: int, status: int) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "main.py").write_text(SERVICE)
    (project / "pyproject.toml").write_text(f"[tool.fastapi-audit]\nmin-score = {min_score}\n")
    git_repository(project)
    result = subprocess.run(
        [sys.executable, "-m", "pre_commit", "try-repo", str(hook), "fastapi-audit", "--all-files", "--verbose"],
        cwd=project,
        env=environment(project),
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == status, result.stdout + result.stderr
    assert ("- exit code: 1" if status else "Passed") in result.stdout, result.stdout
