"""Dockerfiles, compose files and `.env` files."""

from fastapi_audit.extraction.evidence import read_evidence
from fastapi_audit.facts.configurations import Resources
from fastapi_audit.facts.containers import Compose, Dockerfile, IgnoreFile, Variable
from fastapi_audit.facts.evidence import Environment
from fastapi_audit.facts.positions import line_of
from fastapi_audit.model.deployment import Image
from fastapi_audit.model.repository import Kind


def dockerfile(text: str) -> Dockerfile:
    found = read_evidence(Kind.DOCKERFILE, "Dockerfile", text.encode())
    assert isinstance(found, Dockerfile), found
    return found


def compose(text: str) -> Compose:
    found = read_evidence(Kind.COMPOSE, "compose.yml", text.encode())
    assert isinstance(found, Compose), found
    return found


def test_stages_are_named_and_instructions_belong_to_them() -> None:
    found = dockerfile("FROM python:3.12 AS build\nRUN pip wheel .\nFROM python:3.12-slim\nUSER app\n")
    assert [(stage.name, stage.image, line_of(stage.pos)) for stage in found.stages] == [
        ("build", "python:3.12", 1),
        (None, "python:3.12-slim", 3),
    ]
    assert [(item.keyword, item.value, item.stage, line_of(item.pos)) for item in found.instructions][1::2] == [
        ("RUN", "pip wheel .", 0, 2),
        ("USER", "app", 1, 4),
    ]


def test_build_arguments_are_filled_into_from_as_far_as_known() -> None:
    found = dockerfile(
        'ARG V=3.12\nARG TAG="${V}-slim"\nARG OPEN\nFROM --platform=$BUILDPLATFORM python:${TAG} AS a\n'
        "FROM python:${OPEN}\nFROM python:${OPEN:-3.11}\nFROM $MISSING\n"
    )
    assert [stage.image for stage in found.stages] == ["python:3.12-slim", None, "python:3.11", None]
    assert found.stages[0].written == "python:${TAG}"


def test_continuations_comments_and_empty_lines_make_one_instruction() -> None:
    found = dockerfile("# comment\nFROM a\nRUN one \\\n  # comment\n\n  && two\n  USER app\n")
    assert [(item.keyword, item.value, line_of(item.pos)) for item in found.instructions] == [
        ("FROM", "a", 2),
        ("RUN", "one && two", 3),
        ("USER", "app", 7),
    ]


def test_the_text_of_a_heredoc_holds_no_instructions() -> None:
    found = dockerfile('FROM a\nRUN <<EOF\nUSER root\nEOF\nCMD ["x"]\n')
    assert [item.keyword for item in found.instructions] == ["FROM", "RUN", "CMD"]
    assert found.instructions[1].value == "<<EOF\nUSER root"
    assert Image("Dockerfile", found).in_force("USER") is None


def test_the_escape_directive_changes_what_continues_a_line() -> None:
    found = dockerfile("# escape=`\nFROM a\nRUN one `\n  two\nWORKDIR C:\\\nUSER app\n")
    assert [item.value for item in found.instructions] == ["a", "one two", "C:\\", "app"]


def test_exec_form_and_shell_form_are_told_apart() -> None:
    found = dockerfile('FROM a\nENTRYPOINT ["uvicorn", "app:app"]\nCMD uvicorn app:app\nRUN --mount=type=cache ["a"]\n')
    assert [item.words for item in found.instructions[1:]] == [("uvicorn", "app:app"), (), ("a",)]
    assert [item.is_exec_form for item in found.instructions[1:]] == [True, False, True]


def test_what_is_in_force_comes_from_the_final_stage_and_those_it_continues() -> None:
    found = dockerfile("FROM a AS base\nUSER app\nFROM b AS other\nUSER root\nFROM Base\nCMD x\n")
    user = Image("Dockerfile", found).in_force("USER")
    assert user is not None
    assert user.value == "app"
    assert Image("Dockerfile", found).shipped_stages == (2, 0)


def test_lower_case_and_windows_line_ends_are_read() -> None:
    found = dockerfile("from a as b\r\nuser app\r\nuser other\r\n")
    user = Image("Dockerfile", found).in_force("USER")
    assert (found.stages[0].name, user.value if user else None) == ("b", "other")


def test_a_file_without_from_is_no_dockerfile() -> None:
    assert read_evidence(Kind.DOCKERFILE, "Dockerfile", b"hello\n") == "no FROM instruction"


def test_services_of_a_compose_file_are_read_with_their_merges() -> None:
    found = compose(
        "x-base: &base\n  image: app:1\n  healthcheck:\n    test: [CMD, curl, localhost]\n"
        "services:\n  web:\n    <<: *base\n    command: uvicorn app:app\n    ports: ['80:8000', {target: 9000}]\n"
        "    environment:\n      KEY: value\n      OPEN:\n    env_file: .env\n"
        "  worker:\n    <<: *base\n    image: app:2\n    build: {context: ., dockerfile: Dockerfile.worker}\n"
        "    environment: [A=1, B]\n    healthcheck: {disable: true}\n"
    )
    web, worker = found.services
    assert (web.name, web.image, web.command, web.ports, line_of(web.pos)) == (
        "web",
        "app:1",
        ("uvicorn app:app",),
        ("80:8000", "9000"),
        6,
    )
    assert web.health_check is not None
    assert (web.health_check.test, web.health_check.is_disabled) == (("CMD", "curl", "localhost"), False)
    assert [(item.name, item.value) for item in web.environment] == [("KEY", "value"), ("OPEN", None)]
    assert (worker.image, worker.build_context, worker.dockerfile) == ("app:2", ".", "Dockerfile.worker")
    assert [(item.name, item.value) for item in worker.environment] == [("A", "1"), ("B", None)]
    assert worker.health_check is not None
    assert worker.health_check.is_disabled


def test_variables_of_an_environment_file_are_read() -> None:
    text = "# comment\nexport A=1\nB='x # y' # z\nC=value # comment\nD=\nE\nnot a variable\nF=a#b\n"
    found = read_evidence(Kind.ENVIRONMENT, ".env", text.encode())
    assert isinstance(found, Environment)
    assert [(item.name, item.value, line_of(item.pos)) for item in found.variables] == [
        ("A", "1", 2),
        ("B", "x # y", 3),
        ("C", "value", 4),
        ("D", None, 5),
        ("E", None, 6),
        ("F", "a#b", 8),
    ]


def test_long_values_are_cut() -> None:
    found = read_evidence(Kind.ENVIRONMENT, ".env", b"A=" + b"x" * 5000)
    assert found == Environment((Variable(4097, "A", "x" * 4096),))


def test_variables_of_a_dockerfile_are_read_and_filled_in() -> None:
    found = dockerfile(
        "ARG WHO=app\nFROM python:3.13 AS base\nENV HOME_DIR=/srv MODE='a b'\nENV PLAIN some words\n"
        "FROM base\nARG WHO\nARG OPEN\nUSER ${WHO}\nCOPY $HOME_DIR/a ${OPEN:-here}/\nCOPY $OPEN /b\n"
    )
    assert [(one.stage, one.name, one.written, one.is_argument, line_of(one.pos)) for one in found.variables] == [
        (-1, "WHO", "app", True, 1),
        (0, "HOME_DIR", "/srv", False, 3),
        (0, "MODE", "a b", False, 3),
        (0, "PLAIN", "some words", False, 4),
        (1, "WHO", None, True, 6),
        (1, "OPEN", None, True, 7),
    ]
    filled = [one.filled for one in found.instructions if one.keyword in ("USER", "COPY")]
    assert filled == ["app", "/srv/a here/", None]


def test_variables_before_the_first_stage_are_those_of_the_file() -> None:
    found = dockerfile("ENV A=1\nARG TAG=3.13\nARG FULL=$TAG-slim\nFROM python:${FULL}\n")
    assert found.stages[0].image == "python:3.13-slim"


def test_the_user_of_a_compose_service_is_read() -> None:
    (service,) = compose("services:\n  web:\n    image: app\n    user: 1000:1000\n").services
    assert service.user == "1000:1000"


def test_the_patterns_of_a_dockerignore_are_read() -> None:
    found = read_evidence(Kind.DOCKERIGNORE, ".dockerignore", b"# all\n*\n\n !app \n**/.env\n")
    assert found == IgnoreFile(("*", "!app", "**/.env"))


def test_the_values_of_a_chart_are_read() -> None:
    found = read_evidence(Kind.KUBERNETES, "chart/values-live.yaml", b"image: {repository: shop}\n")
    assert isinstance(found, Resources)
    assert [(one.path, one.value) for one in found.values] == [(("image", "repository"), "shop")]
