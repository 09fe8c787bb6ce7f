"""Manifests, lock files, tool configuration and coverage."""

import pytest

from fastapi_audit.extraction.evidence import read_evidence
from fastapi_audit.extraction.evidence.requirement import specifier_of_constraint
from fastapi_audit.facts.dependencies import Include, Lock, Manifest
from fastapi_audit.facts.positions import line_of
from fastapi_audit.facts.tools import Alembic, CoverageReport, Tool, ToolConfig
from fastapi_audit.model.repository import Kind


def manifest(path: str, text: str) -> Manifest:
    found = read_evidence(Kind.MANIFEST, path, text.encode())
    assert isinstance(found, Manifest), found
    return found


def summary(found: Manifest) -> list[tuple[int, str, str, str, bool]]:
    return [
        (line_of(item.pos), item.name, item.specifier, item.group, item.is_development) for item in found.requirements
    ]


def tool_of(tools: tuple[Tool, ...], name: str) -> dict[str, tuple[int, str]]:
    tool = next(tool for tool in tools if tool.name == name)
    return {option.name: (line_of(option.pos), option.value) for option in tool.options}


def test_requirements_of_pep_621_and_735_are_read() -> None:
    found = manifest(
        "pyproject.toml",
        '[project]\nname = "service"\nrequires-python = ">=3.11"\ndependencies = [\n'
        '    "FastAPI[standard]==0.115.0",\n    "typing_extensions>=4; python_version < \'3.12\'",\n]\n'
        '[project.optional-dependencies]\npg = ["asyncpg"]\ntest = ["httpx"]\n'
        '[dependency-groups]\ndev = ["pytest>=8", { include-group = "lint" }]\nlint = ["ruff"]\n'
        '[tool.uv]\ndev-dependencies = ["mypy"]\n',
    )
    assert (found.name, found.python) == ("service", ">=3.11")
    assert summary(found) == [
        (5, "fastapi", "==0.115.0", "", False),
        (6, "typing-extensions", ">=4", "", False),
        (9, "asyncpg", "", "pg", False),
        (10, "httpx", "", "test", True),
        (12, "pytest", ">=8", "dev", True),
        (13, "ruff", "", "lint", True),
        (15, "mypy", "", "dev", True),
    ]
    assert found.requirements[0].pinned == "0.115.0"
    assert found.requirements[0].extras == ("standard",)
    assert found.requirements[1].marker == 'python_version < "3.12"'


def test_requirements_of_poetry_are_read() -> None:
    found = manifest(
        "pyproject.toml",
        '[tool.poetry]\nname = "service"\n[tool.poetry.dependencies]\npython = "^3.10"\nfastapi = "^0.100"\n'
        'uvicorn = { version = "~0.20.1", extras = ["standard"] }\n'
        '[tool.poetry.group.dev.dependencies]\npytest = "*"\n',
    )
    assert (found.name, found.python) == ("service", "<4,>=3.10")
    assert summary(found) == [
        (5, "fastapi", "<0.101,>=0.100", "", False),
        (6, "uvicorn", "<0.21,>=0.20.1", "", False),
        (8, "pytest", "", "dev", True),
    ]


@pytest.mark.parametrize(
    ("constraint", "specifier"),
    [
        ("*", ""), ("", ""), ("1.2.3", "==1.2.3"), ("^1.2.3", "<2,>=1.2.3"), ("^0.2.3", "<0.3,>=0.2.3"),
        ("^0.0.3", "<0.0.4,>=0.0.3"), ("^0", "<1,>=0"), ("~1.2.3", "<1.3,>=1.2.3"), ("~1", "<2,>=1"),
        ("~=1.2", "~=1.2"), (">=1,<2", "<2,>=1"), (">=1 <2", "<2,>=1"), ("^1 || ^2", ""), ("latest", ""),
        ("1.*", "==1.*"), ("^1.0b1", "<2,>=1.0b1"),
    ],
)  # fmt: skip
def test_constraints_are_written_in_the_terms_of_pep_440(constraint: str, specifier: str) -> None:
    assert specifier_of_constraint(constraint) == specifier


def test_requirements_files_are_read() -> None:
    found = manifest(
        "requirements.txt",
        "# comment\n-r base.txt\n-c constraints.txt\n--index-url https://example.org\nfastapi==0.100.0 \\\n"
        "    --hash=sha256:abc\nhttpx>=0.24  # comment\n-e .\n./local\ngit+https://example.org/x.git#egg=My_Lib\n"
        "starlette @ https://example.org/starlette.whl\nbroken >= 1.0.\n",
    )
    assert found.includes == (Include(2 << 12 | 1, "base.txt"), Include(3 << 12 | 1, "constraints.txt", True))
    assert summary(found) == [
        (5, "fastapi", "==0.100.0", "", False),
        (7, "httpx", ">=0.24", "", False),
        (10, "my-lib", "", "", False),
        (11, "starlette", "", "", False),
        (12, "broken", "", "", False),
    ]


@pytest.mark.parametrize("path", ["requirements-dev.txt", "requirements/test.txt", "dev-requirements.txt"])
def test_the_name_of_a_requirements_file_says_that_it_is_for_development(path: str) -> None:
    assert summary(manifest(path, "pytest\n")) == [(1, "pytest", "", "dev", True)]


def test_a_pipfile_is_read() -> None:
    found = manifest(
        "Pipfile", '[packages]\nfastapi = "==0.100.0"\nx = { version = "*" }\n[dev-packages]\npytest = "*"\n'
        '[requires]\npython_version = "3.11"\n'
    )  # fmt: skip
    assert summary(found) == [
        (2, "fastapi", "==0.100.0", "", False), (3, "x", "", "", False), (5, "pytest", "", "dev", True),
    ]  # fmt: skip
    assert found.python == "==3.11.*"


def test_setup_cfg_gives_requirements_and_tools() -> None:
    found = manifest(
        "setup.cfg",
        "[metadata]\nname = service\n[options]\npython_requires = >=3.10\ninstall_requires =\n    fastapi>=0.100\n"
        "    httpx\n[options.extras_require]\ntest = pytest\n[tool:pytest]\naddopts = -q\n    --cov-fail-under=90\n"
        "[coverage:report]\nfail_under = 85\n",
    )
    assert (found.name, found.python) == ("service", ">=3.10")
    assert summary(found) == [
        (6, "fastapi", ">=0.100", "", False), (7, "httpx", "", "", False), (9, "pytest", "", "test", True),
    ]  # fmt: skip
    assert tool_of(found.tools, "pytest") == {"addopts": (11, "-q\n--cov-fail-under=90")}
    assert tool_of(found.tools, "coverage") == {"report.fail_under": (14, "85")}


def test_a_conda_environment_is_read() -> None:
    found = manifest(
        "environment.yml",
        "name: service\ndependencies:\n- python=3.11\n- conda-forge::fastapi=0.100=py_0\n- pip:\n  - httpx==0.24\n",
    )
    assert (found.name, found.python) == ("service", "==3.11.*")
    assert summary(found) == [(4, "fastapi", "==0.100", "", False), (6, "httpx", "==0.24", "", False)]


@pytest.mark.parametrize(
    ("path", "text", "lines"),
    [
        ("uv.lock", '[[package]]\nname = "FastAPI"\nversion = "1"\n[[package]]\nname = "x"\nversion = "2"\n', (1, 4)),
        ("pylock.toml", '[[packages]]\nname = "FastAPI"\nversion = "1"\n[[packages]]\nname="x"\nversion="2"\n', (1, 4)),
        ("Pipfile.lock", '{"default":{\n"FastAPI":{"version":"==1"}},\n"develop":{\n"x":{"version":"==2"}}}', (2, 4)),
        ("conda-lock.yml", "package:\n- name: FastAPI\n  version: 1\n- name: x\n  version: '2'\n", (2, 4)),
    ],
)  # fmt: skip
def test_lock_files_give_names_versions_and_lines(path: str, text: str, lines: tuple[int, int]) -> None:
    found = read_evidence(Kind.LOCK, path, text.encode())
    assert isinstance(found, Lock), found
    assert [(item.name, item.version) for item in found.versions] == [("fastapi", "1"), ("x", "2")]
    assert tuple(line_of(item.pos) for item in found.versions) == lines


def test_tools_of_a_pyproject_have_dotted_options_with_lines() -> None:
    found = manifest(
        "pyproject.toml",
        '[tool.pytest.ini_options]\nasyncio_mode = "auto"\naddopts = ["-q", "--cov"]\n[tool.coverage.report]\n'
        "fail_under = 90\n[tool.mypy]\nstrict = true\n[[tool.mypy.overrides]]\nmodule = 'x'\n[tool.ruff]\n"
        '[tool.poetry]\nname = "x"\n',
    )
    assert tool_of(found.tools, "pytest") == {"asyncio_mode": (2, "auto"), "addopts": (3, "-q\n--cov")}
    assert tool_of(found.tools, "coverage") == {"report.fail_under": (5, "90")}
    assert tool_of(found.tools, "mypy") == {"strict": (7, "true")}
    assert [(tool.name, line_of(tool.pos)) for tool in found.tools][-1] == ("ruff", 10)
    assert "poetry" not in {tool.name for tool in found.tools}


@pytest.mark.parametrize(
    ("name", "text", "tool", "options"),
    [
        ("pytest.ini", "[pytest]\nasyncio_mode = auto\n", "pytest", {"asyncio_mode": (2, "auto")}),
        ("pytest.toml", '[pytest]\naddopts = ["-q"]\n', "pytest", {"addopts": (2, "-q")}),
        (".coveragerc", "[report]\nfail_under = 80\n", "coverage", {"report.fail_under": (2, "80")}),
        ("mypy.ini", "[mypy]\nstrict = True\n[mypy-x.*]\nstrict = False\n", "mypy", {"strict": (2, "True")}),
        ("ruff.toml", "line-length = 100\n[lint]\nselect = ['E']\n", "ruff",
         {"line-length": (1, "100"), "lint.select": (3, "E")}),
        ("pyrightconfig.json", '// why\n{\n"typeCheckingMode": "strict"}', "pyright",
         {"typeCheckingMode": (3, "strict")}),
    ],
)  # fmt: skip
def test_files_of_one_tool_are_read(name: str, text: str, tool: str, options: dict[str, tuple[int, str]]) -> None:
    found = read_evidence(Kind.TOOL_CONFIG, name, text.encode())
    assert isinstance(found, ToolConfig), found
    assert tool_of(found.tools, tool) == options


@pytest.mark.parametrize(
    ("name", "text", "ratio"),
    [
        ("coverage.xml", '<?xml version="1.0" ?><coverage line-rate="0.875"><packages/></coverage>', 0.875),
        ("coverage.json", '{"totals": {"percent_covered": 87.5}}', 0.875),
        ("lcov.info", "SF:a\nLF:3\nLH:3\nend_of_record\nSF:b\nLF:5\nLH:4\n", 0.875),
    ],
)
def test_coverage_reports_give_a_ratio(name: str, text: str, ratio: float) -> None:
    assert read_evidence(Kind.COVERAGE, name, text.encode()) == CoverageReport(ratio)


@pytest.mark.parametrize("rate", ["nan", "1.5", "-1", "x"])
def test_a_coverage_that_cannot_be_gives_a_reason(rate: str) -> None:
    found = read_evidence(Kind.COVERAGE, "coverage.xml", f'<coverage line-rate="{rate}"/>'.encode())
    assert isinstance(found, str)


def test_the_settings_of_alembic_are_read() -> None:
    text = b"[alembic]\n# comment\nscript_location = app/alembic\nsqlalchemy.url = driver://u:%(p)s@host\n"
    found = read_evidence(Kind.ALEMBIC, "alembic.ini", text)
    assert isinstance(found, Alembic)
    assert found.script_location is not None
    assert found.url is not None
    assert (found.script_location.value, line_of(found.script_location.pos)) == ("app/alembic", 3)
    assert found.url.value == "driver://u:%(p)s@host"


def test_the_directories_of_revisions_are_read_where_they_are_listed() -> None:
    text = b"[alembic]\nversion_locations = %(here)s/a\n  %(here)s/b\nrecursive_version_locations = True\n"
    found = read_evidence(Kind.ALEMBIC, "alembic.ini", text)
    assert isinstance(found, Alembic)
    assert found.version_locations is not None
    assert (found.version_locations.value, found.is_recursive) == ("%(here)s/a\n%(here)s/b", True)


def test_invalid_toml_gives_a_reason_in_one_line() -> None:
    found = read_evidence(Kind.MANIFEST, "pyproject.toml", b"[project\n")
    assert isinstance(found, str)
    assert found.startswith("no valid TOML: ")


@pytest.mark.parametrize("name", ["constraints.txt", "constraints-live.txt", "dev-constraints.txt"])
def test_constraints_ask_for_nothing(name: str) -> None:
    assert manifest(name, "fastapi==0.115.12\n").is_constraints
    assert not manifest("requirements.txt", "fastapi==0.115.12\n").is_constraints


def test_addresses_of_requirements_are_read() -> None:
    found = manifest(
        "requirements.txt", "events @ git+https://example.org/e@v1\n-e git+https://example.org/s#egg=shop\nfile:.\n"
    )
    assert [(one.name, one.url) for one in found.requirements] == [
        ("events", "git+https://example.org/e@v1"),
        ("shop", "git+https://example.org/s#egg=shop"),
    ]


def test_an_exact_version_of_conda_is_pinned() -> None:
    text = "dependencies:\n- a=1.2.3\n- b=1.2\n- c=1.2=py_0\n- d==1.2\n- e=1.2.*\n"
    found = manifest("environment.yml", text)
    assert [one.pinned for one in found.requirements] == ["1.2.3", None, "1.2", "1.2", None]
