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
