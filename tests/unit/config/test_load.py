"""Settings come from the file that is there; what is wrong with it is one clear line."""

from __future__ import annotations

from pathlib import Path

import pytest

from fastapi_audit.config.load import MAX_BYTES, load_settings
from fastapi_audit.config.settings import FailOn, Format, MinConfidence, Settings
from fastapi_audit.errors import ConfigError

EVERYTHING = """
format = "html"
min-score = 80
fail-on = "warning"
min-confidence = "low"
select = ["SEC"]
ignore = ["SEC001"]
exclude = ["old/"]
per-path-ignores = { "app/legacy/**" = ["SEC001"] }
show-source = true
jobs = 2
blocking-calls = ["app.legacy.fetch", "acme_sdk.*"]
offloading-calls = ["app.threads.in_thread"]
trusted-calls = ["app.cache.get", "open"]
public-paths = ["/api/webhooks/*"]
"""


def test_without_a_file_there_are_defaults(tmp_path: Path) -> None:
    assert load_settings(tmp_path) == Settings()


@pytest.mark.parametrize(("name", "table"), [("fastapi-audit.toml", ""), ("pyproject.toml", "[tool.fastapi-audit]")])
def test_every_setting_is_read_from_either_file(tmp_path: Path, name: str, table: str) -> None:
    (tmp_path / name).write_text(table + EVERYTHING)

    assert load_settings(tmp_path) == Settings(
        format=Format.HTML,
        min_score=80,
        fail_on=FailOn.WARNING,
        min_confidence=MinConfidence.LOW,
        select=("SEC",),
        ignore=("SEC001",),
        exclude=("old/",),
        per_path_ignores={"app/legacy/**": ("SEC001",)},
        show_source=True,
        jobs=2,
        blocking_calls=("app.legacy.fetch", "acme_sdk.*"),
        offloading_calls=("app.threads.in_thread",),
        trusted_calls=("app.cache.get", "open"),
        public_paths=("/api/webhooks/*",),
    )


def test_the_file_of_our_own_goes_before_pyproject(tmp_path: Path) -> None:
    (tmp_path / "fastapi-audit.toml").write_text("jobs = 2")
    (tmp_path / "pyproject.toml").write_text("[tool.fastapi-audit]\njobs = 3")

    assert load_settings(tmp_path).jobs == 2


def test_a_named_file_goes_before_all(tmp_path: Path) -> None:
    (tmp_path / "fastapi-audit.toml").write_text("jobs = 2")
    (tmp_path / "other.toml").write_text("jobs = 4")

    assert load_settings(tmp_path, tmp_path / "other.toml").jobs == 4


def test_a_pyproject_without_our_table_sets_nothing(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.other]\njobs = 3")

    assert load_settings(tmp_path) == Settings()


def test_somebody_elses_broken_pyproject_is_not_our_concern(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.other")

    assert load_settings(tmp_path) == Settings()


def test_a_link_out_of_the_tree_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret.toml").write_text("jobs = 3")
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "fastapi-audit.toml").symlink_to(tmp_path / "secret.toml")

    assert load_settings(tmp_path / "tree") == Settings()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("min-scroe = 80", "unknown key `min-scroe`; did you mean `min-score`?"),
        ("min_score = 80", "unknown key `min_score`; did you mean `min-score`?"),
        ('output = "report.html"', "unknown key `output`"),
        ('min-score = "80"', "`min-score`: Input should be a valid number"),
        ("min-score = 101", "`min-score` is 101; it goes from 0 to 100"),
        ("min-score = nan", "`min-score` is nan"),
        ("jobs = 0", "`jobs` is 0; it goes from 1 to 256"),
        ('format = "xml"', "`format`: Input should be 'text', 'json' or 'html'"),
        ('select = "SEC"', "`select`: Input should be a valid array"),
        ('per-path-ignores = { "a" = [1] }', "`per-path-ignores.a.0`: Input should be a valid string"),
        ('blocking-calls = "app.legacy.fetch"', "`blocking-calls`: Input should be a valid array"),
        (
            'blocking-calls = ["fetch"]',
            "`blocking-calls`: `fetch` is no dotted name; write one such as `app.legacy.fetch`",
        ),
        ('offloading-calls = ["app/threads.py"]', "`offloading-calls`: `app/threads.py` is no dotted name"),
        ('trusted-calls = ["app.cache.get", "*"]', "`trusted-calls`: `*` is no dotted name"),
        ('public-paths = ["webhooks/*"]', "`public-paths`: `webhooks/*` is no path"),
        ('public-paths = ["/a b"]', "`public-paths`: `/a b` is no path"),
        ("trusted-call = []", "unknown key `trusted-call`; did you mean `trusted-calls`?"),
        ("select = 2024-01-01", "`select`: Input should be a valid array"),
        ("[broken", "not valid TOML"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "fastapi-audit.toml").write_text(text)

    with pytest.raises(ConfigError) as caught:
        load_settings(tmp_path)

    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_our_broken_table_in_pyproject_is_told(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.fastapi-audit]\njobs = ")

    with pytest.raises(ConfigError, match=r"pyproject\.toml: not valid TOML"):
        load_settings(tmp_path)


def test_a_table_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool]\nfastapi-audit = 1")

    with pytest.raises(ConfigError, match="is not a table"):
        load_settings(tmp_path)


def test_a_named_file_must_exist(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"missing\.toml: there is no such file"):
        load_settings(tmp_path, tmp_path / "missing.toml")


def test_an_overlong_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "fastapi-audit.toml").write_bytes(b"#" * (MAX_BYTES + 1))

    with pytest.raises(ConfigError, match="larger than"):
        load_settings(tmp_path)
