"""What watches a service: which tools are found, what for, and where."""

from __future__ import annotations

from fastapi_audit.model.instruments import Duty, Instrument
from fastapi_audit.testing import understand_files

APP = "from fastapi import FastAPI\n\napp = FastAPI()\n"


def instruments(**files: str) -> list[Instrument]:
    named = {name.replace("__", "/").replace("DOT", "."): text for name, text in files.items()}
    (project,) = understand_files({"app/main.py": APP, **named})
    return list(project.instruments)


def test_one_call_may_switch_on_two_things() -> None:
    found = instruments(app__sentryDOTpy="import sentry_sdk\n\nsentry_sdk.init(dsn='', traces_sample_rate=0.5)\n")

    assert [sorted(one.does) for one in found] == [[Duty.ALERTS, Duty.ERRORS], [Duty.TRACES]]
    assert {one.place.line for one in found} == {3}


def test_what_may_be_given_is_only_possible() -> None:
    code = "import sentry_sdk\n\n\ndef start(**options):\n    sentry_sdk.init(**options)\n"
    found = instruments(app__sentryDOTpy=code)

    assert [one.may for one in found if not one.does] == [frozenset({Duty.TRACES})]


def test_a_tool_of_tests_watches_nothing() -> None:
    assert instruments(tests__conftestDOTpy="import sentry_sdk\n\nsentry_sdk.init(dsn='')\n") == []


def test_an_import_may_be_enough() -> None:
    assert [one.name for one in instruments(app__runDOTpy="import ddtrace.auto\n")] == ["ddtrace.auto"]
    assert [one.name for one in instruments(app__runDOTpy="from ddtrace import auto\n")] == ["ddtrace.auto"]
    assert instruments(app__runDOTpy="import ddtrace\n") == []


def test_a_command_is_found_in_a_shell_of_the_image() -> None:
    found = instruments(Dockerfile='FROM python:3.12\nCMD ["sh", "-c", "exec ddtrace-run uvicorn app.main:app"]\n')

    assert [(one.name, one.place.line) for one in found] == [("ddtrace-run", 2)]


def test_a_command_in_a_stage_that_does_not_ship_is_none() -> None:
    assert instruments(Dockerfile="FROM a AS b\nCMD ddtrace-run uvicorn\nFROM c\nCMD uvicorn app.main:app\n") == []


def test_an_option_of_the_server_switches_its_metrics_on() -> None:
    text = "FROM python:3.12\nCOPY app app\nCMD granian app.main:app {}\n"

    assert [one.name for one in instruments(Dockerfile=text.format("--metrics"))] == ["granian --metrics"]
    assert instruments(Dockerfile=text.format("--workers 2")) == []
