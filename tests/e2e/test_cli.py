"""The command as its users meet it: what goes to which stream, exit statuses, one line for every mistake."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from fastapi_audit.cli import run

SERVICE = """
from fastapi import FastAPI

app = FastAPI()


@app.delete("/items/{item_id}")
def delete_item(item_id: int):
    print(item_id)
"""


@pytest.fixture
def service(tmp_path: Path) -> Path:
    """A small service that has something wrong with it."""
    folder = tmp_path / "service"
    folder.mkdir()
    (folder / "main.py").write_text(SERVICE)
    return folder


def command(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    code = "from fastapi_audit.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code, *arguments], capture_output=True, text=True, cwd=cwd, check=False
    )


def test_an_audit_reports_to_standard_output_alone(service: Path) -> None:
    done = command(str(service))

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("service")


def test_the_path_defaults_to_here(service: Path) -> None:
    assert command("--format", "json", cwd=service).stdout == command(str(service), "--format=json").stdout


def test_json_goes_to_a_file_as_a_whole_and_the_message_to_standard_error(
    service: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = service.parent / "report.json"

    assert run([str(service), "--format", "json", "--output", str(target)]) == 0

    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == f"fastapi-audit: written to {target}\n"
    assert json.loads(target.read_text())["project"] == "service"
    assert sorted(path.name for path in service.parent.iterdir()) == ["report.json", "service"]


def test_a_score_below_the_minimum_fails(service: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([str(service), "--min-score", "100"]) == 1

    assert "is below the minimum 100" in capsys.readouterr().err


def test_a_minimum_that_is_reached_holds(service: Path) -> None:
    assert run([str(service), "--min-score", "0", "--quiet"]) == 0


def test_the_gate_of_the_settings_file_holds_until_the_command_line_says_otherwise(service: Path) -> None:
    (service / "fastapi-audit.toml").write_text("min-score = 100\n")

    assert run([str(service), "--quiet"]) == 1
    assert run([str(service), "--quiet", "--min-score", "0"]) == 0


def output_of(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert run(arguments) == 0
    return capsys.readouterr().out


def test_a_profile_says_where_the_time_went(service: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plain = output_of([str(service), "--no-cache"], capsys)

    assert run([str(service), "--no-cache", "--profile"]) == 0

    said = capsys.readouterr()
    lines = [line.removeprefix("fastapi-audit: ").split() for line in said.err.splitlines()]
    assert said.out == plain
    assert [words[0] for words in lines[1:8]] == ["discover", "load", "load", "extract", "link", "check", "the"]
    seconds = [float(words[-2]) for words in lines[1:7]]
    assert float(lines[0][0]) == pytest.approx(sum(seconds), abs=0.05)
    assert ["the", "slowest", "files"] in lines
    assert ["the", "slowest", "rules"] in lines


def test_quiet_says_nothing_on_standard_error(service: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([str(service), "--min-score", "100", "--quiet"]) == 1

    assert capsys.readouterr().err == ""


def test_display_filters_never_move_the_score(service: Path, capsys: pytest.CaptureFixture[str]) -> None:
    totals = []
    for arguments in ([], ["--select", "DEP"], ["--ignore", "SEC,OBS"], ["--min-confidence", "high"]):
        assert run([str(service), "--format", "json", *arguments]) == 0
        totals.append(json.loads(capsys.readouterr().out)["score"]["total"])

    assert len(set(totals)) == 1


def test_a_directory_named_like_a_command_can_be_audited(service: Path) -> None:
    service.rename(service.parent / "routes")

    done = command("./routes", cwd=service.parent)

    assert done.returncode == 0
    assert done.stdout.startswith("routes")


def test_routes_are_listed(service: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["routes", str(service)]) == 0

    assert "/items/{item_id}" in capsys.readouterr().out


def test_routes_are_listed_as_json(service: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["routes", str(service), "--format", "json"]) == 0

    (route,) = json.loads(capsys.readouterr().out)["routes"]
    assert (route["method"], route["path"], route["handler"]) == ("DELETE", "/items/{item_id}", "main:delete_item")
    assert (route["file"], route["line"], route["app"]) == ("main.py", 8, "main:app")


def test_routes_for_another_program_are_one_line_each(service: Path) -> None:
    lines = command("routes", str(service)).stdout.splitlines()

    (line,) = [line for line in lines if line.startswith("DELETE")]
    assert line.split() == ["DELETE", "/items/{item_id}", "anyone", "def", "delete_item", "main.py:8"]
    assert "1 route of 1 application; 1 that anyone may call" in lines


def test_what_could_not_be_resolved_is_part_of_the_json(service: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (service / "main.py").write_text(f"{SERVICE}\napp.state.name = missing\n")

    assert run(["routes", str(service), "--format", "json"]) == 0

    listing = json.loads(capsys.readouterr().out)
    (unresolved,) = listing["unresolved"]
    assert (unresolved["name"], unresolved["file"], unresolved["line"]) == ("missing", "main.py", 11)
    assert listing["unresolved_share"] == round(1 / listing["names"], 4)


@pytest.mark.parametrize(
    ("filters", "methods"),
    [
        (["--method", "get"], ["GET"]),
        (["--method", "Get", "--method", "DELETE"], ["DELETE", "GET"]),
        (["--path", "/items"], ["DELETE"]),
        (["--app", "main:app", "--unauthenticated", "--path", "/h*"], ["GET"]),
        (["--method", "POST"], []),
    ],
)
def test_routes_can_be_narrowed(
    filters: list[str], methods: list[str], service: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (service / "main.py").write_text(f'{SERVICE}\n\n@app.get("/health")\ndef health() -> None: ...\n')

    assert run(["routes", str(service), "--format", "json", *filters]) == 0

    assert sorted(route["method"] for route in json.loads(capsys.readouterr().out)["routes"]) == methods


def test_what_is_mounted_is_listed_unless_it_is_an_application(
    service: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (service / "main.py").write_text(
        "from fastapi import FastAPI\nfrom fastapi.staticfiles import StaticFiles\n\n"
        "app = FastAPI()\ninner = FastAPI()\n\n"
        'app.mount("/inner", inner)\napp.mount("/files", StaticFiles(directory="files"))\n'
    )

    assert run(["routes", str(service), "--format", "json"]) == 0

    (mount,) = json.loads(capsys.readouterr().out)["routes"]
    assert (mount["kind"], mount["method"], mount["path"], mount["app"]) == ("mount", None, "/files", "main:app")
    assert mount["handler"] == "StaticFiles"


@pytest.mark.parametrize("name", ["health", "mistakes"])
def test_a_checklist_is_printed(service: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["checklist", name, str(service)]) == 0

    assert len(capsys.readouterr().out.splitlines()) > 5


def test_rules_are_listed_one_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines == sorted(lines)


def test_the_report_fits_its_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema"]) == 0

    assert "schema_version" in json.loads(capsys.readouterr().out)["properties"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["missing"], "'missing' does not exist"),
        (["empty"], "holds no Python file"),
        (["--frmat", "json"], "No such option: --frmat"),
        (["--format", "xml"], "'xml' is not one of 'text', 'json', 'html'"),
        (["service", "--select", "SEC999"], "there is no rule `SEC999`; did you mean `"),
        (["service", "--min-score", "101"], "`min-score` is 101; it goes from 0 to 100"),
        (["service", "--jobs", "0"], "`jobs` is 0"),
        (["service", "--per-path-ignores", "SEC001"], "write PATTERN:RULES"),
        (["service", "--config", "missing.toml"], "missing.toml: there is no such file"),
        (["service", "--output", "missing/report.txt"], "missing/report.txt cannot be written"),
        (["configured"], "unknown key `min-scroe`; did you mean `min-score`?"),
        (["explain", "SEC999"], "there is no rule `SEC999`; did you mean `"),
        (["routes", "service", "--method", "fetch"], "'fetch' is not one of 'get', 'head', 'post'"),
        (["routes", "service", "--app", "main"], "there is no application `main` with routes; there are main:app"),
        (["explain"], "Missing argument"),
        (["checklist", "mistake", "service"], "there is no checklist `mistake`; did you mean `mistakes`?"),
    ],
)
def test_a_mistake_is_one_clear_line_and_status_2(
    arguments: list[str],
    message: str,
    service: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(service.parent)
    Path("empty").mkdir()
    Path("configured").mkdir()
    Path("configured/main.py").write_text("")
    Path("configured/fastapi-audit.toml").write_text("min-scroe = 80\n")

    assert run(arguments) == 2

    said = capsys.readouterr()
    assert said.out == ""
    assert message.lower() in said.err.lower()
    assert said.err.count("\n") == 1


def test_a_reader_who_stops_reading_causes_no_noise(service: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    code = "from fastapi_audit.cli import main; main()"

    done = subprocess.run(
        [sys.executable, "-c", code, str(service)], stdout=writing, stderr=subprocess.PIPE, check=False
    )
    os.close(writing)

    assert (done.returncode, done.stderr) == (0, b"")


def test_the_version_and_help_are_printed_without_loading_what_an_audit_needs() -> None:
    code = (
        "import sys; from fastapi_audit.cli import run; status = run(sys.argv[1:]); "
        "print(status, sorted({'libcst', 'jinja2', 'msgspec', 'rich'} & sys.modules.keys()))"
    )
    for arguments in (["--version"], ["--help"], ["audit", "--help"], ["--frmat"]):
        done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)
        assert done.stdout.splitlines()[-1] in ("0 []", "2 []"), arguments


def test_a_bug_is_a_short_message_and_a_traceback_on_request(
    service: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def crash(*_: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("fastapi_audit.pipeline.audit", crash)

    assert run([str(service)]) == 2
    assert "a bug in fastapi-audit: ZeroDivisionError: a bug" in capsys.readouterr().err
    assert run([str(service), "--debug"]) == 2
    assert "Traceback" in capsys.readouterr().err


def test_ctrl_c_is_status_130(service: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("fastapi_audit.pipeline.audit", interrupt)

    assert run([str(service)]) == 130
