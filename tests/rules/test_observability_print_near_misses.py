"""Where printing is what the code is for."""

from __future__ import annotations

import pytest

from fastapi_audit.checking.registry import find_rule, load_rules
from fastapi_audit.testing import check_files


@pytest.mark.parametrize(
    ("path", "code", "findings"),
    [
        ("app/work.py", "print('x')\n", 1),
        ("app/work.py", "import builtins\nbuiltins.print('x')\n", 1),
        ("app/work.py", "def main():\n    print('x')\n\nif __name__ == '__main__':\n    main()\n", 0),
        ("app/cli.py", "print('x')\n", 0),
        ("app/work.py", "import sys\nprint('x')\nif sys.platform == 'win32':\n    sys.exit(1)\n", 0),
        ("app/work.py", "print('x')\nraise SystemExit(1)\n", 0),
        ("app/work.py", "import sys\n\n\ndef stop():\n    print('x')\n    sys.exit(1)\n", 1),
        ("app/work.py", "from rich import print\nprint('x')\n", 0),
        ("app/work.py", "from rich.console import Console\nConsole().print('x')\n", 0),
        ("app/work.py", "import io\nbuffer = io.StringIO()\nprint('x', file=buffer)\n", 0),
        ("app/work.py", "def save(out):\n    print('x', file=out)\n", 0),
        ("app/work.py", "import sys\nprint('x', file=sys.stderr)\n", 1),
        ("app/work.py", "print('x', file=None)\n", 1),
        ("tests/test_work.py", "print('x')\n", 0),
        ("scripts/load.py", "print('x')\n", 0),
    ],
)
def test_print_is_reported_in_application_code_only(path: str, code: str, findings: int) -> None:
    rule = find_rule(load_rules(), "OBS001")

    reported = check_files(rule, {"app/main.py": "from fastapi import FastAPI\napp = FastAPI()\n", path: code})

    assert (len(reported.lines), reported.crashes) == (findings, ())


@pytest.mark.parametrize(
    ("step", "main", "findings"),
    [
        ("python3 report.py", "", 0),
        ("cd tools && python -u ../report.py --all", "", 0),
        ("cd service && python3 report.py", "", 0),
        ("python3 report.py", "import report\n", 1),
        ("cat report.py", "", 1),
        ("python3 other.py", "", 1),
        ("python3 -m pytest", "", 1),
    ],
)
def test_a_script_that_a_pipeline_runs_and_no_application_loads_is_a_command(
    step: str, main: str, findings: int
) -> None:
    files = {
        "report.py": "print('x')\n",
        "app/main.py": f"{main}from fastapi import FastAPI\n\napp = FastAPI()\n",
        ".github/workflows/ci.yml": f"on: push\njobs:\n  report:\n    runs-on: x\n    steps:\n      - run: {step}\n",
    }

    reported = check_files(find_rule(load_rules(), "OBS001"), files)

    assert (len(reported.lines), reported.crashes) == (findings, ())
