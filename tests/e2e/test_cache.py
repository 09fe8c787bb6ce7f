"""A cache changes the time of a run, and nothing else: whatever happened to it, the report is that of a run without."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import msgspec
import pytest

from fastapi_audit.audit.report import Audit
from fastapi_audit.cache.directory import DEFAULT_NAME, CacheError
from fastapi_audit.cache.store import Cache, open_cache
from fastapi_audit.checking.route_selection import RouteSelection
from fastapi_audit.config.settings import Settings
from fastapi_audit.means import Means
from fastapi_audit.pipeline import audit, list_routes
from fastapi_audit.reporting.render import render

TYPICAL = Path(__file__).parents[2] / "fixtures" / "projects" / "typical"
SETTINGS = Settings()
LOADED = (
    "import sys; from fastapi_audit.cli import run; run(sys.argv[1:]); print('libcst' in sys.modules, file=sys.stderr)"
)


@dataclass(frozen=True)
class Tree:
    """A copy of a project, and what a user runs on it."""

    root: Path

    @property
    def cache(self) -> Path:
        return self.root / DEFAULT_NAME

    def files(self, pattern: str) -> list[Path]:
        return sorted(self.cache.glob(pattern))

    def plain(self, settings: Settings = SETTINGS) -> str:
        """Return the report of a run without a cache."""
        return render(audit(self.root, settings), "json")

    def report(self, settings: Settings = SETTINGS, *, is_cleared: bool = False) -> tuple[str, list[str]]:
        """Return the report of a run with a cache, and its notes."""
        cache = open_cache(self.root, None, is_cleared=is_cleared)
        found = render(audit(self.root, settings, Means(cache=cache)), "json")
        return found, cache.notes

    def command(self, *options: str) -> subprocess.CompletedProcess[str]:
        """Run the command in a process of its own."""
        command = [sys.executable, "-m", "fastapi_audit", str(self.root), *options]
        return subprocess.run(command, capture_output=True, text=True, check=True)


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tree:
    monkeypatch.delenv("FASTAPI_AUDIT_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    root = tmp_path / "typical"
    shutil.copytree(TYPICAL, root)
    return Tree(root)


@pytest.mark.parametrize("form", ["text", "json", "html"])
def test_no_byte_changes_with_a_cache_or_the_number_of_workers(tree: Tree, form: str) -> None:
    plain = tree.command("--format", form, "--no-cache").stdout

    assert not tree.cache.exists()
    assert tree.command("--format", form, "--jobs", "1").stdout == plain
    assert tree.command("--format", form, "--jobs", "3").stdout == plain


def test_a_run_without_changes_loads_no_parser(tree: Tree) -> None:
    command = [sys.executable, "-c", LOADED, str(tree.root)]

    runs = [subprocess.run(command, capture_output=True, text=True, check=True) for _ in range(2)]

    assert [run.stderr.split()[-1] for run in runs] == ["True", "False"]


def test_the_cache_tells_other_tools_to_leave_it_alone(tree: Tree) -> None:
    tree.report()

    assert (tree.cache / ".gitignore").read_text() == "*\n"
    assert (tree.cache / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55")


def test_a_file_that_changes_back_and_forth_is_seen_each_time(tree: Tree) -> None:
    before = tree.report()
    main = tree.root / "app" / "main.py"
    text, times = main.read_text(), main.stat()
    main.write_text(text.replace("=", "= ", 1))
    os.utime(main, ns=(times.st_atime_ns, times.st_mtime_ns))

    assert tree.report() == (tree.plain(), [])
    main.write_text(text)
    assert tree.report() == before == (tree.plain(), [])


def test_a_renamed_file_is_seen(tree: Tree) -> None:
    tree.report()
    next(tree.root.rglob("tests/test_*.py")).rename(tree.root / "app" / "renamed.py")

    assert tree.report() == (tree.plain(), [])


def test_a_changed_dockerfile_is_seen(tree: Tree) -> None:
    tree.report()
    dockerfile = tree.root / "Dockerfile"
    dockerfile.write_text(dockerfile.read_text() + "\nUSER nobody\n")

    assert tree.report() == (tree.plain(), [])


@pytest.mark.parametrize("settings", [Settings(select=("SEC",)), Settings(public_paths=("/*",))])
def test_other_settings_make_another_audit(tree: Tree, settings: Settings) -> None:
    tree.report()

    assert tree.report(settings) == (tree.plain(settings), [])


def test_routes_are_listed_from_the_cache(tree: Tree) -> None:
    cache = open_cache(tree.root, None, is_cleared=False)
    selection = RouteSelection(None, [], None, False)

    plain = list_routes(tree.root, SETTINGS, selection)

    assert list_routes(tree.root, SETTINGS, selection, Means(cache=cache)) == plain
    assert list_routes(tree.root, SETTINGS, selection, Means(cache=cache)) == plain


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-7])


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-20] ^= 1
    path.write_bytes(content)


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


@pytest.mark.parametrize("damage", [_cut, _flip, _empty, _directory, _pipe])
def test_what_is_damaged_is_ignored_with_a_note(tree: Tree, damage: Callable[[Path], None]) -> None:
    before, _ = tree.report()
    for path in tree.files("*.sealed"):
        damage(path)

    found, notes = tree.report()

    assert found == before
    assert len(notes) >= 2
    assert all("of the cache is ignored" in note for note in notes[:2])


def test_one_audit_cannot_stand_for_another(tree: Tree) -> None:
    """Whoever can rename files in the cache must not be able to give a tree the score of a better one."""
    good, _ = tree.report()
    (kept,) = tree.files("audit-*")
    (tree.root / "app" / "more.py").write_text("import os\nPASSWORD = 'hunter2-but-longer'\n")
    expected, _ = tree.report()
    assert expected == tree.plain() != good
    (other,) = set(tree.files("audit-*")) - {kept}
    kept.replace(other)

    found, notes = tree.report()

    assert found == expected
    assert len(notes) == 1


def test_what_somebody_else_sealed_is_ignored_with_a_note(
    tree: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, _ = tree.report()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "another"))

    found, notes = tree.report()

    assert found == before
    assert all("of somebody else" in note for note in notes)
    assert notes


def test_a_cache_that_is_a_link_is_not_followed(tree: Tree, tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.mkdir()
    tree.cache.symlink_to(target)

    done = tree.command("--format", "json")

    assert list(target.iterdir()) == []
    assert "is a link" in done.stderr
    assert done.stdout == tree.plain()


def test_a_place_that_cannot_be_written_is_a_note(tree: Tree, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    done = tree.command("--format", "json", "--cache-dir", str(tmp_path / "file" / "cache"))

    assert done.stderr.startswith("fastapi-audit: there is no cache: ")
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == tree.plain()


def test_a_directory_of_the_users_own_can_be_moved_to_another_machine(
    tree: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    audit(tree.root, SETTINGS, Means(cache=open_cache(tree.root, tmp_path / "cache", is_cleared=False)))
    (tmp_path / "cache").rename(tmp_path / "moved")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "another"))
    means = Means(cache=open_cache(tree.root, tmp_path / "moved", is_cleared=False))

    audit(tree.root, SETTINGS, means)

    assert list(means.profile.stages) == ["discover", "look up"]
    assert not tree.cache.exists()


def test_a_directory_in_the_audited_tree_does_not_bring_its_own_key(tree: Tree, tmp_path: Path) -> None:
    """A repository that brings a cache with its key could bring any score, and any code to be unpickled."""
    inside, elsewhere = tree.root / "build" / "cache", tmp_path / "elsewhere"
    audit(tree.root, SETTINGS, Means(cache=open_cache(tree.root, elsewhere, is_cleared=False)))
    shutil.copytree(elsewhere, inside)
    cache = open_cache(tree.root, inside, is_cleared=False)

    found = audit(tree.root, SETTINGS, Means(cache=cache))

    assert render(found, "json") == tree.plain()
    assert cache.notes
    assert all("of somebody else" in note for note in cache.notes)


def test_a_directory_behind_a_link_of_the_audited_tree_is_not_used(tree: Tree, tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.mkdir()
    (tree.root / "build").symlink_to(target)

    with pytest.raises(CacheError, match="behind one"):
        open_cache(tree.root, tree.root / "build" / "cache", is_cleared=False)
    assert list(target.iterdir()) == []


def test_a_cleared_cache_holds_this_run_only(tree: Tree) -> None:
    tree.report(Settings(select=("SEC",)))
    tree.report()
    assert len(tree.files("audit-*")) == 2

    tree.report(is_cleared=True)

    assert len(tree.files("audit-*")) == 1


def test_runs_at_once_do_not_disturb_each_other(tree: Tree) -> None:
    command = [sys.executable, "-m", "fastapi_audit", str(tree.root), "--format", "json"]
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]

    reports = {run.communicate()[0] for run in runs}

    assert reports == {tree.plain()}
    assert tree.command("--format", "json").stderr == ""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system cannot copy a process")
def test_a_run_killed_while_it_writes_leaves_a_cache_that_is_right(tree: Tree) -> None:
    """A hundred runs are killed, each at a moment of its own while it writes; then the cache is asked for all of it."""
    expected, _ = tree.report()
    found = audit(tree.root, SETTINGS)
    moments = random.Random(7)
    for number in range(100):
        child = os.fork()
        if child == 0:
            _write_for_ever(open_cache(tree.root, None, is_cleared=False), found, number)
        time.sleep(moments.uniform(0.002, 0.02))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)

        cache = open_cache(tree.root, None, is_cleared=False)
        kept = cache.facts().get(_content(number))
        assert kept is None or bytes(memoryview(kept)) == _facts(number)
        assert cache.audit(_audit_key(number)) in (None, found)
        assert cache.notes == []

    assert tree.report() == (expected, [])


def _write_for_ever(cache: Cache, found: Audit, number: int) -> NoReturn:
    """Write facts and audits, with all that this removes, until somebody kills this process."""
    while True:
        facts = cache.facts()
        facts.add(_content(number), _facts(number))
        cache.keep_facts(facts)
        cache.keep_audit(_audit_key(number), found)


def _content(number: int) -> bytes:
    return f"content {number}".encode()


def _facts(number: int) -> bytes:
    return msgspec.msgpack.encode([number] * 1000)


def _audit_key(number: int) -> str:
    return f"{number:064x}"
