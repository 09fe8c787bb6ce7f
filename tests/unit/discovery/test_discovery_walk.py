"""Which files discovery takes, which it leaves out, and what it reports."""

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fastapi_audit.discovery import discover
from fastapi_audit.errors import NothingToAudit, UsageError
from fastapi_audit.model.repository import FileProblem, Kind, Repository


def write(root: Path, *paths: str, text: str = "x = 1\n") -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")


def paths(repository: Repository) -> list[str]:
    return [file.path for file in repository.files]


def test_files_are_listed_in_order_with_kind_and_size(tmp_path: Path) -> None:
    write(tmp_path, "b.py", "a/z.py", "Dockerfile", "notes.md")
    found = discover(tmp_path)
    assert [(file.path, file.kind, file.size) for file in found.files] == [
        ("Dockerfile", Kind.DOCKERFILE, 6),
        ("a/z.py", Kind.PYTHON, 6),
        ("b.py", Kind.PYTHON, 6),
    ]
    assert found.problems == ()


def test_directories_without_source_of_the_project_are_not_entered(tmp_path: Path) -> None:
    write(tmp_path, "app.py", "node_modules/x.py", ".tox/x.py", "lib/site-packages/x.py", "build/lib/x.py")
    write(tmp_path, "my-env/pyvenv.cfg", "my-env/lib/x.py", "pkg.egg-info/x.py", ".git/hooks/x.py", "build/tool.py")
    assert paths(discover(tmp_path)) == ["app.py", "build/tool.py"]


def test_hidden_directories_are_entered(tmp_path: Path) -> None:
    write(tmp_path, "app.py", ".github/workflows/ci.yml", ".circleci/config.yml")
    assert paths(discover(tmp_path)) == [".circleci/config.yml", ".github/workflows/ci.yml", "app.py"]


def test_continuous_integration_counts_at_the_root_alone(tmp_path: Path) -> None:
    write(tmp_path, "app.py", "template/.github/workflows/ci.yml")
    assert paths(discover(tmp_path)) == ["app.py"]


def test_nested_ignore_files_win_over_those_above(tmp_path: Path) -> None:
    write(tmp_path, ".gitignore", text="*.py\n!app.py\n")
    write(tmp_path, "src/.gitignore", text="!kept.py\napp.py\n")
    write(tmp_path, "app.py", "other.py", "src/kept.py", "src/app.py", "src/other.py")
    assert paths(discover(tmp_path)) == ["app.py", "src/kept.py"]


def test_nothing_in_an_ignored_directory_can_be_taken_back(tmp_path: Path) -> None:
    write(tmp_path, ".gitignore", text="out/\n!out/kept.py\n")
    write(tmp_path, "out/kept.py", "app.py")
    assert paths(discover(tmp_path)) == ["app.py"]


def test_the_exclude_file_of_git_is_respected(tmp_path: Path) -> None:
    write(tmp_path, ".git/info/exclude", text="local.py\n")
    write(tmp_path, "local.py", "app.py")
    assert paths(discover(tmp_path)) == ["app.py"]


def test_evidence_in_ignored_places_does_not_count(tmp_path: Path) -> None:
    write(tmp_path, ".gitignore", text=".env\n")
    write(tmp_path, ".env", "app.py")
    assert paths(discover(tmp_path)) == ["app.py"]


def test_configured_excludes_win_over_everything(tmp_path: Path) -> None:
    write(tmp_path, ".gitignore", text="!legacy/\n")
    write(tmp_path, "legacy/old.py", "app.py", "app_old.py")
    assert paths(discover(tmp_path, exclude=["legacy/", "*_old.py"])) == ["app.py"]


def test_an_exclude_that_means_nothing_is_a_usage_error(tmp_path: Path) -> None:
    write(tmp_path, "app.py")
    with pytest.raises(UsageError, match="cannot exclude"):
        discover(tmp_path, exclude=["*a*b*c*d*e"])


def test_patterns_that_would_take_long_to_match_are_reported_and_left_out(tmp_path: Path) -> None:
    write(tmp_path, ".gitignore", text="*a*a*a*a*a*a*a*b\n*.gen.py\n")
    write(tmp_path, "a" * 200 + ".py", "x.gen.py")
    found = discover(tmp_path)
    assert paths(found) == ["a" * 200 + ".py"]
    assert found.problems == (FileProblem(".gitignore", "unsupported", "1 of its patterns cannot be used"),)


def test_a_file_that_is_too_large_is_a_problem(tmp_path: Path) -> None:
    write(tmp_path, "app.py", text="x" * 11)
    found = discover(tmp_path, max_file_size=10)
    assert paths(found) == []
    assert [(problem.path, problem.kind) for problem in found.problems] == [("app.py", "too-large")]


def test_lock_files_may_be_larger_than_source(tmp_path: Path) -> None:
    write(tmp_path, "app.py", "uv.lock", text="x" * 10)
    write(tmp_path, "uv.lock", text="x" * 100)
    assert paths(discover(tmp_path, max_file_size=10)) == ["app.py", "uv.lock"]


def test_links_out_of_the_tree_are_reported_and_not_followed(tmp_path: Path) -> None:
    write(tmp_path, "outside/secret.py", "root/app.py", "outside/notes.txt")
    (tmp_path / "root/linked.py").symlink_to(tmp_path / "outside/secret.py")
    (tmp_path / "root/linked").symlink_to(tmp_path / "outside")
    (tmp_path / "root/notes.txt").symlink_to(tmp_path / "outside/notes.txt")
    found = discover(tmp_path / "root")
    assert paths(found) == ["app.py"]
    assert [(problem.path, problem.kind) for problem in found.problems] == [
        ("linked", "outside"),
        ("linked.py", "outside"),
    ]


def test_links_within_the_tree_are_duplicates(tmp_path: Path) -> None:
    write(tmp_path, "pkg/app.py")
    (tmp_path / "again.py").symlink_to("pkg/app.py")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "pkg/up").symlink_to("..")
    found = discover(tmp_path)
    assert paths(found) == ["pkg/app.py"]
    assert found.problems == ()


def test_links_that_lead_nowhere_are_reported(tmp_path: Path) -> None:
    write(tmp_path, "app.py")
    (tmp_path / "gone.py").symlink_to("missing.py")
    (tmp_path / "one.py").symlink_to("two.py")
    (tmp_path / "two.py").symlink_to("one.py")
    problems = discover(tmp_path).problems
    assert [(problem.path, problem.kind) for problem in problems] == [
        ("gone.py", "unreadable"),
        ("one.py", "unreadable"),
        ("two.py", "unreadable"),
    ]


def test_a_linked_ignore_file_is_not_read(tmp_path: Path) -> None:
    write(tmp_path, "outside.txt", text="app.py\n")
    write(tmp_path, "root/app.py")
    (tmp_path / "root/.gitignore").symlink_to(tmp_path / "outside.txt")
    assert paths(discover(tmp_path / "root")) == ["app.py"]


def test_the_root_may_itself_be_a_link(tmp_path: Path) -> None:
    write(tmp_path, "real/app.py")
    (tmp_path / "link").symlink_to("real")
    found = discover(tmp_path / "link")
    assert (paths(found), found.problems) == (["app.py"], ())


def test_a_named_pipe_is_never_opened(tmp_path: Path) -> None:
    write(tmp_path, "app.py")
    os.mkfifo(tmp_path / "pipe.py")
    os.mkfifo(tmp_path / ".gitignore")
    found = discover(tmp_path)
    assert paths(found) == ["app.py"]
    assert found.problems == (FileProblem("pipe.py", "unreadable", "not a regular file"),)


def test_what_cannot_be_read_is_reported_unless_the_user_may_read_everything(tmp_path: Path) -> None:
    write(tmp_path, "app.py", "closed/inner.py", "secret.py")
    (tmp_path / "closed").chmod(0)
    (tmp_path / "secret.py").chmod(0)
    may_read = os.access(tmp_path / "closed", os.R_OK | os.X_OK)
    found = discover(tmp_path)
    (tmp_path / "closed").chmod(0o700)
    expected = [] if may_read else [("closed", "unreadable"), ("secret.py", "unreadable")]
    assert [(problem.path, problem.kind) for problem in found.problems] == expected
    assert paths(found) == (["app.py", "closed/inner.py", "secret.py"] if may_read else ["app.py"])


def test_names_that_are_not_utf_8_are_reported_in_escaped_form(tmp_path: Path) -> None:
    write(tmp_path, "app.py")
    for name in (b"caf\xe9.py", b"caf\xe9.md"):
        with open(os.path.join(os.fsencode(tmp_path), name), "wb"):  # noqa: PTH118, PTH123 - Path takes no bytes
            pass
    os.mkdir(os.path.join(os.fsencode(tmp_path), b"dir\xff"))  # noqa: PTH102, PTH118 - Path takes no bytes
    found = discover(tmp_path)
    assert paths(found) == ["app.py"]
    assert [(problem.path, problem.kind) for problem in found.problems] == [
        ("caf\\xe9.py", "unsupported"),
        ("dir\\xff", "unsupported"),
    ]


def test_names_beyond_ascii_are_taken(tmp_path: Path) -> None:
    write(tmp_path, "größe.py", "数据/main.py")
    assert paths(discover(tmp_path)) == ["größe.py", "数据/main.py"]


def test_a_single_file_may_be_given(tmp_path: Path) -> None:
    write(tmp_path, "app.py", "other.py", "Dockerfile")
    found = discover(tmp_path / "app.py")
    assert (paths(found), found.root) == (["app.py"], tmp_path.resolve())


def test_a_missing_path_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not exist"):
        discover(tmp_path / "missing")


def test_a_pipe_as_path_is_a_usage_error(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    with pytest.raises(UsageError, match="neither a directory nor a regular file"):
        discover(tmp_path / "pipe.py")


def test_a_path_with_a_null_character_is_a_usage_error() -> None:
    with pytest.raises(UsageError):
        discover(Path("a\0b"))


@pytest.mark.parametrize("path", ["", "notes.txt"])
def test_a_path_without_python_is_nothing_to_audit(tmp_path: Path, path: str) -> None:
    write(tmp_path, "notes.txt")
    with pytest.raises(NothingToAudit):
        discover(tmp_path / path)


def test_a_tree_whose_only_python_file_is_a_problem_is_audited(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    found = discover(tmp_path)
    assert (found.files, len(found.problems)) == ((), 1)


PATTERN_PARTS = st.sampled_from(["a", "b", "ab", "*", "?", "**", "[ab]", "a*", "*.py", "b.py", "a.py", "[!a]", "\\a"])
PATTERNS = st.builds(
    lambda sign, start, parts, end: sign + start + "/".join(parts) + end,
    st.sampled_from(["", "", "", "!"]),
    st.sampled_from(["", "", "/"]),
    st.lists(PATTERN_PARTS, min_size=1, max_size=3),
    st.sampled_from(["", "", "/", " "]),
)
TREE = [
    "/".join((*directories, name))
    for directories in ((), ("a",), ("b",), ("a", "b"), ("a", "ab"), ("b", "a", "b"))
    for name in ("a.py", "b.py", "ab.py")
]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(PATTERNS, max_size=5), st.lists(PATTERNS, max_size=3))
def test_ignored_files_are_those_that_git_ignores(tmp_path: Path, top: list[str], nested: list[str]) -> None:
    write(tmp_path, *TREE, "zz_never_ignored_by_the_patterns/x_.pyx")
    if not (tmp_path / ".git").exists():
        subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    write(tmp_path, ".gitignore", text="\n".join(top))
    write(tmp_path, "a/.gitignore", text="\n".join(nested))
    answer = subprocess.run(
        ["git", "-C", str(tmp_path), "check-ignore", "--no-index", "--stdin"],
        input="\n".join(TREE),
        capture_output=True,
        text=True,
    )
    ignored = set(answer.stdout.splitlines())
    expected = sorted(path for path in TREE if path not in ignored)
    try:
        found = paths(discover(tmp_path))
    except NothingToAudit:
        found = []
    assert found == expected
