"""Which imports make a circle that Python may trip over, and which only look like one."""

from __future__ import annotations

from itertools import pairwise

import pytest
from rule_builders import counts_of, result_of

RULE = "architecture.circular_import"
TAKES = "from app.b import value\n\nown = value\n"


def fails(files: dict[str, str]) -> int:
    return counts_of(RULE, files)[1]


@pytest.mark.parametrize(
    "back",
    [
        "def later():\n    from app.a import own\n    return own\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from app.a import own\n",
        "import typing as t\nif t.TYPE_CHECKING:\n    import app.a\n",
        "if __name__ == '__main__':\n    from app.a import own\n    print(own)\n",
        "class Later:\n    def own(self):\n        import app.a\n        return app.a.own\n",
    ],
)
def test_an_import_that_does_not_run_with_its_module_closes_no_circle(back: str) -> None:
    assert fails({"app/__init__.py": "", "app/a.py": TAKES, "app/b.py": back + "value = 1\n"}) == 0


@pytest.mark.parametrize(
    "back",
    [
        "from app.a import own as other\n",
        "from app.a import *\n",
        "from .a import own\n",
        "from app import a\n",
        "import app.a\n",
        "try:\n    from app.a import own\nexcept ImportError:\n    own = None\n",
        "from typing import TYPE_CHECKING\nif not TYPE_CHECKING:\n    from app.a import own\n",
        "class Now:\n    from app.a import own\n",
        "import sys\nif sys.platform == 'linux':\n    from app.a import own\n",
    ],
)
def test_each_import_that_runs_with_its_module_closes_it(back: str) -> None:
    assert fails({"app/__init__.py": "", "app/a.py": TAKES, "app/b.py": back + "value = 1\n"}) == 1


@pytest.mark.parametrize(
    ("use", "found"),
    [
        ("def f():\n    return b.value\n", 0),
        ("relation = Relation(lambda: b.value)\n", 0),
        ("from __future__ import annotations\ndef f(x: b.Value) -> b.Value: ...\nx: b.Value\n", 0),
        ("def f(x: b.Value): ...\n", 1),
        ("def f(x=b.value): ...\n", 1),
        ("@b.decorate\ndef f(): ...\n", 1),
        ("class Own(b.Base): ...\n", 1),
        ("own = b.value\n", 1),
    ],
)
def test_a_module_that_is_imported_whole_must_be_used_at_once_to_count(use: str, found: int) -> None:
    future, _, rest = use.partition("\n") if use.startswith("from __future__") else ("", "", use)
    files = {"app/__init__.py": "", "app/a.py": f"{future}\nfrom app import b\n{rest}", "app/b.py": "import app.a\n"}

    assert fails(files) == found


def test_what_a_package_re_exports_and_its_modules_take_from_it_is_no_circle() -> None:
    files = {
        "app/__init__.py": "",
        "app/models/__init__.py": "from app.models.base import Base\nfrom app.models.user import User\n",
        "app/models/base.py": "class Base: ...\n",
        "app/models/user.py": "from app.models import Base\nfrom . import base\n\nclass User(Base): ...\n",
    }

    assert fails(files) == 0


def test_a_name_of_a_package_that_hides_a_module_is_taken_from_the_package() -> None:
    files = {
        "main.py": "from shop import price\n",
        "shop/__init__.py": "from shop.price import price\n",
        "shop/price.py": "from tax import rate\n\ndef price():\n    return rate\n",
        "tax.py": "from shop import price\n\nrate = price\n",
    }

    assert fails(files) == 1


def test_one_finding_stands_for_all_that_hangs_together() -> None:
    files = {f"app/{one}.py": f"from app.{two} import {two}\n{one} = {two}\n" for one, two in pairwise("abcd")}
    files |= {"app/__init__.py": "", "app/d.py": "from app.a import a\nfrom app.c import c\nd = 1\n"}
    result = result_of(RULE, files)

    assert (result.passes, result.fails) == (1, 1)
    assert [finding.message for finding in result.findings] == [
        "circular import: app.a → app.b → app.c → app.d → app.a"
    ]


def test_two_circles_are_two_findings_and_a_long_chain_is_none() -> None:
    pairs = {"a": "b", "b": "a", "c": "d", "d": "c"}
    files = {f"{one}.py": f"from {two} import {two}\n{one} = 1\n" for one, two in pairs.items()}
    files |= {f"m{n}.py": f"from m{n + 1} import value\n" for n in range(400)}
    files["m400.py"] = "from a import a\nvalue = a\n"

    assert fails(files) == 2


def test_circles_of_tests_are_not_the_applications() -> None:
    files = {
        "app/__init__.py": "",
        "app/main.py": "value = 1\n",
        "tests/one.py": "from tests.two import two\none = 1\n",
        "tests/two.py": "from tests.one import one\ntwo = 1\n",
    }

    assert fails(files) == 0
